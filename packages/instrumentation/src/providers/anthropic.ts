import { anthropicMessages, GEN_AI } from '@costspan/usage';
import { sayOnce } from '../say-once.ts';
import { messagesFold, readMessage } from './anthropic-message.ts';
import type { Operation, Provider } from './provider.ts';
import { type AttributeRule, requestAttributes } from './request-attributes.ts';

const MESSAGES: readonly AttributeRule[] = [
  [GEN_AI.requestStream, 'boolean', 'stream'],
  [GEN_AI.requestMaxTokens, 'number', 'max_tokens'],
  [GEN_AI.requestTemperature, 'number', 'temperature'],
  [GEN_AI.requestTopP, 'number', 'top_p'],
  [GEN_AI.requestTopK, 'number', 'top_k'],
  [GEN_AI.requestStopSequences, 'strings', 'stop_sequences'],
  [GEN_AI.requestReasoningLevel, 'string', 'output_config', 'effort'],
];
const messages: Operation = {
  name: 'chat',
  usage: anthropicMessages,
  constants: {},
  usageOnRequest: false,
  requestAttributes: (params) => requestAttributes(params, MESSAGES),
  read: readMessage,
  fold: messagesFold,
};

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
  native: { helpers: ['stream'], silence: withoutNativeSpan },
};

/**
 * The SDK makes a span of its own for every call once a tracer provider is registered, and sends trace context *and
 * baggage* to the API host with it. Its documented switch (`openTelemetry: false`) works per client, when the client is
 * made, and would also silence its spans for batches, files and agents. `create` and `stream` read the client's `_tracer`
 * before they return, so hiding it for just that long turns off exactly this call's native span and headers.
 */
function withoutNativeSpan<T>(client: object, call: () => T): T {
  const tracer: unknown = Reflect.get(client, '_tracer');
  if (tracer === undefined) return call();
  if (!Reflect.set(client, '_tracer', undefined)) {
    sayOnce(
      'anthropic:native',
      "the Anthropic SDK's own span could not be turned off for this client; make it with `openTelemetry: false`",
    );
    return call();
  }
  try {
    return call();
  } finally {
    Reflect.set(client, '_tracer', tracer);
  }
}
