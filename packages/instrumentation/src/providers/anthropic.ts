import { wrapMethod } from '../stainless/wrap-method.ts';
import { batchResults } from './anthropic/batch-results.ts';
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
  testedMajors: [0, 1],
  wrap: wrapMethod,
  isClient: (client) => 'messages' in client,
  flavour: 'anthropic',
  methods: [
    { classPath: ['Messages'], clientPath: ['messages'], method: 'create', operation: messages },
    { classPath: ['Beta', 'Messages'], clientPath: ['beta', 'messages'], method: 'create', operation: messages },
    { classPath: ['Messages', 'Batches'], clientPath: ['messages', 'batches'], method: 'results', ...batchResults },
    {
      classPath: ['Beta', 'Messages', 'Batches'],
      clientPath: ['beta', 'messages', 'batches'],
      method: 'results',
      ...batchResults,
    },
  ],
  // The clients for other platforms (Bedrock, Vertex) say whose they are.
  providerOf: (client) => {
    const name = '_genAIProviderName' in client ? client._genAIProviderName : undefined;
    return typeof name === 'string' && name !== 'anthropic' ? name : undefined;
  },
  refusalBody: (status, code, message) => ({
    type: 'error',
    error: { type: ERROR_TYPES.get(status) ?? 'api_error', message, details: { error_code: code } },
  }),
  native: { helpers: ['stream'], silence: silenceNativeSpan },
};

/** Source: https://platform.claude.com/docs/en/api/errors, read 2026-11-23. */
const ERROR_TYPES: ReadonlyMap<number, string> = new Map([
  [402, 'billing_error'],
  [403, 'permission_error'],
  [429, 'rate_limit_error'],
]);
