import type * as sdk from '@mistralai/mistralai';
import type { Dialect } from '../dialect.ts';

export type MistralModule = Pick<typeof sdk, 'Mistral'>;

const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

export function mistralDialect(copy: string, { Mistral }: MistralModule): Dialect {
  const params = {
    model: 'mistral-small-latest',
    messages: [{ role: 'user' as const, content: 'hi' }],
    temperature: 0,
  };
  const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120, num_cached_tokens: 64 };
  const chunk = (delta: object, finish: string | null, more: object = {}) =>
    data({
      id: 'm-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'mistral-small-2509',
      choices: [{ index: 0, delta, finish_reason: finish }],
      ...more,
    });
  const events = [
    chunk({ role: 'assistant', content: '' }, null),
    ...Array.from({ length: 20 }, () => chunk({ content: 'a' }, null)),
    chunk({ content: '' }, 'stop', { usage }),
    'data: [DONE]\n\n',
  ];
  return {
    name: `mistralai ${copy} chat`,
    open: (url, { maxRetries = 0, timeout } = {}) => {
      const client = openClient(Mistral, url, maxRetries, timeout);
      return {
        client,
        whole: ({ signal } = {}) => client.chat.complete(params, options(signal)),
        streamed: ({ signal } = {}) => client.chat.stream(params, options(signal)),
      };
    },
    params,
    body: {
      id: 'm-1',
      object: 'chat.completion',
      created: 1,
      model: 'mistral-small-2509',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'hello', tool_calls: null }, finish_reason: 'stop' },
      ],
      usage,
    },
    events,
    bareEvents: events,
    partial: 3,
    errorBody: { object: 'error', message: 'no such model', type: 'invalid_model', code: '1500' },
    errorHeaders: { 'content-type': 'application/json' },
    errorType: '404',
    usage: {
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.usage.cache_read.input_tokens': 64,
    },
    partialUsage: {},
    finishReason: 'stop',
    lacks: ['attempts'],
  };
}

/** A conversation: its usage comes with an event of its own, and names no model. */
export function conversationDialect(copy: string, { Mistral }: MistralModule): Dialect {
  const params = { model: 'mistral-small-latest', inputs: 'hi', completionArgs: { temperature: 0 } };
  const usage = { prompt_tokens: 90, completion_tokens: 20, total_tokens: 120, connector_tokens: 10 };
  const event = (type: string, more: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
  const delta = { id: 'msg-1', content: 'a', model: 'mistral-small-2509', role: 'assistant', output_index: 0 };
  const events = [
    event('conversation.response.started', { conversation_id: 'conv-1' }),
    ...Array.from({ length: 20 }, () => event('message.output.delta', delta)),
    event('conversation.response.done', { usage }),
  ];
  return {
    name: `mistralai ${copy} conversations`,
    open: (url, { maxRetries = 0, timeout } = {}) => {
      const client = openClient(Mistral, url, maxRetries, timeout);
      const { conversations } = client.beta;
      return {
        client,
        whole: ({ signal } = {}) => conversations.start(params, options(signal)),
        streamed: ({ signal } = {}) => conversations.startStream(params, options(signal)),
      };
    },
    params,
    body: {
      object: 'conversation.response',
      conversation_id: 'conv-1',
      outputs: [
        {
          object: 'entry',
          type: 'message.output',
          id: 'msg-1',
          model: 'mistral-small-2509',
          role: 'assistant',
          content: 'a',
        },
      ],
      usage,
    },
    events,
    bareEvents: events,
    partial: 3,
    errorEvent: event('conversation.response.error', { message: 'busy', code: 503 }),
    streamErrorType: '503',
    errorBody: { object: 'error', message: 'no such model', type: 'invalid_model', code: '1500' },
    errorHeaders: { 'content-type': 'application/json' },
    errorType: '404',
    usage: {
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 20,
      'costspan.meter.input_tool_tokens': 10,
    },
    partialUsage: {},
    finishReason: 'completed',
    lacks: ['attempts', 'whole-reason'],
  };
}

function openClient(Mistral: MistralModule['Mistral'], url: string, maxRetries: number, timeout: number | undefined) {
  return new Mistral({
    apiKey: 'k',
    serverURL: url,
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    retryConfig:
      maxRetries === 0
        ? { strategy: 'none' }
        : {
            strategy: 'backoff',
            // The SDK has no number of attempts, only a time. It tries twice more in this one.
            backoff: {
              initialInterval: 1,
              maxInterval: 1,
              exponent: 1,
              maxElapsedTime: maxRetries > 1 ? 60_000 : 1,
            },
            retryConnectionErrors: false,
          },
  });
}

function options(signal: AbortSignal | undefined): object {
  return signal === undefined ? {} : { fetchOptions: { signal } };
}
