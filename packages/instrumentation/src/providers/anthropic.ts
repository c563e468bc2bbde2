import { silenceNativeSpan } from './anthropic/native-span.ts';
import { messages } from './anthropic/operations.ts';
import type { Provider } from './provider.ts';

/**
 * The `@anthropic-ai/sdk` SDK. `parse`, `stream` and the tool runner go through `create`.
 * Source: @anthropic-ai/sdk 1.12.0, resources/ and internal/tracing, read 2026-11-23.
 */
export const anthropic: Provider = {
  library: '@anthropic-ai/sdk',
  clientClass: 'Anthropic',
  testedMajors: [1],
  flavour: 'anthropic',
  methods: [
    { classPath: ['Messages'], clientPath: ['messages'], method: 'create', operation: messages },
    { classPath: ['Beta', 'Messages'], clientPath: ['beta', 'messages'], method: 'create', operation: messages },
  ],
  // The clients for other platforms (Bedrock, Vertex) say whose they are.
  providerOf: (client) => {
    const name = '_genAIProviderName' in client ? client._genAIProviderName : undefined;
    return typeof name === 'string' && name !== 'anthropic' ? name : undefined;
  },
  native: { helpers: ['stream'], silence: silenceNativeSpan },
};
