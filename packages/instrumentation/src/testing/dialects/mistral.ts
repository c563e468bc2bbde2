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
      const client = new Mistral({
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
      const options = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { fetchOptions: { signal } });
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
