import type * as sdk from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { ClientOptions, Dialect } from '../dialect.ts';
import { eventMessage } from '../event-stream.ts';

export type BedrockModule = typeof sdk;

const USAGE = {
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.output_tokens': 20,
  'gen_ai.usage.cache_read.input_tokens': 64,
  'gen_ai.usage.cache_write.input_tokens': 6,
};
const STREAM_TYPE = 'application/vnd.amazon.eventstream';

/** Converse leaves cached tokens out of its input count. */
export function converseDialect(copy: string, module: BedrockModule): Dialect {
  const params = {
    modelId: 'us.anthropic.claude-opus-5-v1:0',
    messages: [{ role: 'user' as const, content: [{ text: 'hi' }] }],
    inferenceConfig: { temperature: 0, maxTokens: 64 },
  };
  const usage = {
    inputTokens: 30,
    outputTokens: 20,
    totalTokens: 120,
    cacheReadInputTokens: 64,
    cacheWriteInputTokens: 6,
  };
  const events = [
    eventMessage('messageStart', { role: 'assistant' }),
    ...Array.from({ length: 20 }, () =>
      eventMessage('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'a' } }),
    ),
    eventMessage('contentBlockStop', { contentBlockIndex: 0 }),
    eventMessage('messageStop', { stopReason: 'end_turn' }),
    eventMessage('metadata', { usage, metrics: { latencyMs: 5 } }),
  ];
  return {
    name: `bedrock ${copy} converse`,
    open: (url, options) => {
      const client = openClient(module, url, options);
      return {
        client,
        whole: ({ signal } = {}) => client.send(new module.ConverseCommand(params), abortable(signal)),
        streamed: async ({ signal } = {}) => {
          const { stream } = await client.send(new module.ConverseStreamCommand(params), abortable(signal));
          return stream as AsyncIterable<unknown>;
        },
      };
    },
    params,
    model: params.modelId,
    body: {
      output: { message: { role: 'assistant', content: [{ text: 'hello' }] } },
      stopReason: 'end_turn',
      usage,
      metrics: { latencyMs: 5 },
    },
    events,
    bareEvents: events,
    partial: 3,
    streamType: STREAM_TYPE,
    errorEvent: eventMessage('modelStreamErrorException', { message: 'busy' }, 'exception'),
    streamErrorType: 'ModelStreamErrorException',
    errorBody: { message: 'no such model' },
    errorHeaders: { 'x-amzn-errortype': 'ResourceNotFoundException' },
    errorType: 'ResourceNotFoundException',
    usage: USAGE,
    partialUsage: {},
    finishReason: 'end_turn',
  };
}

/** InvokeModel with Claude's body: what Bedrock itself counted is in headers, and in the last chunk of a stream. */
export function invokeDialect(copy: string, module: BedrockModule): Dialect {
  const body = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-opus-5',
    content: [{ type: 'text', text: 'hello' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 30, cache_creation_input_tokens: 6, cache_read_input_tokens: 64, output_tokens: 20 },
  };
  const params = {
    modelId: 'anthropic.claude-opus-5-v1:0',
    contentType: 'application/json',
    body: JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 64, messages: [] }),
  };
  const chunk = (value: object) =>
    eventMessage('chunk', { bytes: Buffer.from(JSON.stringify(value)).toString('base64') });
  const { usage, ...start } = body;
  const events = [
    chunk({
      type: 'message_start',
      message: { ...start, stop_reason: null, content: [], usage: { ...usage, output_tokens: 1 } },
    }),
    ...Array.from({ length: 20 }, () =>
      chunk({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a' } }),
    ),
    chunk({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 20 } }),
    chunk({
      type: 'message_stop',
      'amazon-bedrock-invocationMetrics': {
        inputTokenCount: 30,
        outputTokenCount: 20,
        cacheReadInputTokenCount: 64,
        cacheWriteInputTokenCount: 6,
      },
    }),
  ];
  return {
    ...converseDialect(copy, module),
    name: `bedrock ${copy} invokeModel`,
    open: (url, options) => {
      const client = openClient(module, url, options);
      return {
        client,
        whole: ({ signal } = {}) => client.send(new module.InvokeModelCommand(params), abortable(signal)),
        streamed: async ({ signal } = {}) => {
          const answer = await client.send(new module.InvokeModelWithResponseStreamCommand(params), abortable(signal));
          return answer.body as AsyncIterable<unknown>;
        },
      };
    },
    params,
    model: params.modelId,
    body,
    events,
    bareEvents: events,
    partialUsage: { ...USAGE, 'gen_ai.usage.output_tokens': 1 },
  };
}

function abortable(signal: AbortSignal | undefined) {
  return signal === undefined ? {} : { abortSignal: signal };
}

function openClient(module: BedrockModule, url: string, { maxRetries = 0, timeout }: ClientOptions = {}) {
  return new module.BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: url,
    credentials: { accessKeyId: 'k', secretAccessKey: 's' },
    maxAttempts: maxRetries + 1,
    // The SDK's own choice for this client is HTTP/2.
    requestHandler: new NodeHttpHandler(
      timeout === undefined ? {} : { requestTimeout: timeout, throwOnRequestTimeout: true },
    ),
  });
}
