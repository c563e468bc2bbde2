import type { CallOptions, ClientOptions, Dialect } from '../dialect.ts';
import type { AnthropicModule, OpenAiModule } from '../sdk-copies.ts';

/** A dialect of an SDK whose promises fetch at once and parse when they are awaited (Stainless). */
export interface LazyDialect extends Dialect {
  open(url: string, options?: ClientOptions): LazyClient;
}

export interface LazyClient {
  readonly client: object;
  whole(options?: CallOptions): SdkPromise;
  streamed(options?: CallOptions): SdkPromise<SdkStreamLike>;
}

export interface SdkPromise<T = unknown> extends Promise<T> {
  withResponse(): Promise<{ readonly data: T; readonly response: Response }>;
  asResponse(): Promise<Response>;
}

export interface SdkStreamLike extends AsyncIterable<unknown> {
  readonly controller: AbortController;
  tee(): [AsyncIterable<unknown>, AsyncIterable<unknown>];
  toReadableStream(): ReadableStream;
}

const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const event = (value: { readonly type: string } & Readonly<Record<string, unknown>>): string =>
  `event: ${value.type}\n${data(value)}`;

const CHAT_USAGE = {
  prompt_tokens: 100,
  completion_tokens: 20,
  total_tokens: 120,
  prompt_tokens_details: { cached_tokens: 64 },
  completion_tokens_details: { reasoning_tokens: 0 },
};
const CHAT_ATTRIBUTES = {
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.output_tokens': 20,
  'gen_ai.usage.cache_read.input_tokens': 64,
  'gen_ai.usage.reasoning.output_tokens': 0,
};
const OPENAI_ERROR = { error: { message: 'no such model', type: 'invalid_request_error', code: 'model_not_found' } };

/** Every SDK of openai's generator and words. `api` is what its base URL ends with. */
export function chatDialect(
  copy: string,
  sdk: Pick<OpenAiModule, 'OpenAI'>,
  vendor = 'openai',
  api = '/v1',
): LazyDialect {
  const params: { model: string; messages: { role: 'user'; content: string }[]; temperature: number } = {
    model: 'gpt-5',
    messages: [{ role: 'user', content: 'hi' }],
    temperature: 0,
  };
  const chunk = (delta: object, finish: string | null) =>
    data({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'gpt-5-2026-01-01',
      choices: [{ index: 0, delta, finish_reason: finish }],
      usage: null,
    });
  const events = [
    chunk({ role: 'assistant', content: '' }, null),
    ...Array.from({ length: 20 }, () => chunk({ content: 'a' }, null)),
    chunk({}, 'stop'),
    data({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'gpt-5-2026-01-01',
      choices: [],
      usage: CHAT_USAGE,
    }),
    'data: [DONE]\n\n',
  ];
  return {
    name: `${vendor} ${copy} chat.completions`,
    open: (url, options) => {
      const client = new sdk.OpenAI({
        apiKey: 'k',
        baseURL: `${url}${api}`,
        maxRetries: 0,
        logLevel: 'off',
        ...options,
      });
      return {
        client,
        whole: (call) => client.chat.completions.create(params, call) as unknown as SdkPromise,
        streamed: (call) =>
          client.chat.completions.create({ ...params, stream: true }, call) as unknown as SdkPromise<SdkStreamLike>,
      };
    },
    params,
    body: {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: 'gpt-5-2026-01-01',
      choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
      usage: CHAT_USAGE,
    },
    events,
    // Other vendors report without being asked.
    bareEvents:
      vendor === 'openai'
        ? events.filter((text) => !text.includes('"choices":[]')).map((text) => text.replace(',"usage":null', ''))
        : events,
    partial: 3,
    errorEvent: data(OPENAI_ERROR),
    errorBody: OPENAI_ERROR,
    usage: CHAT_ATTRIBUTES,
    partialUsage: {},
    finishReason: 'stop',
  };
}

export function responsesDialect(copy: string, sdk: OpenAiModule): LazyDialect {
  const params = { model: 'gpt-5', input: 'hi' } as const;
  const response = (status: string, usage: object | null) => ({
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    model: 'gpt-5-2026-01-01',
    status,
    output: [],
    usage,
  });
  const usage = {
    input_tokens: 100,
    input_tokens_details: { cached_tokens: 64 },
    output_tokens: 20,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 120,
  };
  const events = [
    event({ type: 'response.created', response: response('in_progress', null) }),
    ...Array.from({ length: 20 }, () => event({ type: 'response.output_text.delta', delta: 'a' })),
    event({ type: 'response.completed', response: response('completed', usage) }),
  ];
  return {
    name: `openai ${copy} responses`,
    open: (url, options) => {
      const client = new sdk.OpenAI({ apiKey: 'k', baseURL: `${url}/v1`, maxRetries: 0, logLevel: 'off', ...options });
      return {
        client,
        whole: (call) => client.responses.create(params, call) as unknown as SdkPromise,
        streamed: (call) =>
          client.responses.create({ ...params, stream: true }, call) as unknown as SdkPromise<SdkStreamLike>,
      };
    },
    params,
    body: response('completed', usage),
    events,
    bareEvents: events,
    partial: 3,
    errorEvent: `event: error\n${data(OPENAI_ERROR)}`,
    errorBody: OPENAI_ERROR,
    usage: CHAT_ATTRIBUTES,
    partialUsage: {},
    finishReason: 'completed',
  };
}

export function messagesDialect(copy: string, sdk: AnthropicModule, beta = false): LazyDialect {
  const params: { model: string; max_tokens: number; messages: { role: 'user'; content: string }[] } = {
    model: 'claude-opus-5',
    max_tokens: 64,
    messages: [{ role: 'user', content: 'hi' }],
  };
  const message = (content: object[], stopReason: string | null, outputTokens: number) => ({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-opus-5-20260101',
    content,
    stop_reason: stopReason,
    stop_sequence: null,
    usage: {
      input_tokens: 30,
      cache_creation_input_tokens: 6,
      cache_creation: { ephemeral_5m_input_tokens: 6, ephemeral_1h_input_tokens: 0 },
      cache_read_input_tokens: 64,
      output_tokens: outputTokens,
      service_tier: 'standard',
    },
  });
  const input = {
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.cache_read.input_tokens': 64,
    'gen_ai.usage.cache_write.input_tokens': 6,
    'costspan.meter.cache_write_5m_tokens': 6,
    'costspan.meter.cache_write_1h_tokens': 0,
  };
  const error = { type: 'error', error: { type: 'overloaded_error', message: 'busy' } };
  const events = [
    event({ type: 'message_start', message: message([], null, 1) }),
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    ...Array.from({ length: 20 }, () =>
      event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a' } }),
    ),
    event({ type: 'content_block_stop', index: 0 }),
    event({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 20 },
    }),
    event({ type: 'message_stop' }),
  ];
  return {
    name: `anthropic ${copy} ${beta ? 'beta.messages' : 'messages'}`,
    open: (url, options) => {
      const client = new sdk.Anthropic({ apiKey: 'k', baseURL: url, maxRetries: 0, logLevel: 'off', ...options });
      const whole = (call?: CallOptions) =>
        beta ? client.beta.messages.create(params, call) : client.messages.create(params, call);
      const streamed = (call?: CallOptions) =>
        beta
          ? client.beta.messages.create({ ...params, stream: true }, call)
          : client.messages.create({ ...params, stream: true }, call);
      return {
        client,
        whole: (call) => whole(call) as unknown as SdkPromise,
        streamed: (call) => streamed(call) as unknown as SdkPromise<SdkStreamLike>,
      };
    },
    params,
    body: message([{ type: 'text', text: 'hello' }], 'end_turn', 20),
    events,
    bareEvents: events,
    partial: 3,
    errorEvent: event(error),
    errorBody: error,
    usage: { ...input, 'gen_ai.usage.output_tokens': 20 },
    partialUsage: { ...input, 'gen_ai.usage.output_tokens': 1 },
    finishReason: 'end_turn',
  };
}
