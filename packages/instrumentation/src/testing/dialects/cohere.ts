import type * as sdk from 'cohere-ai';
import type { Dialect } from '../dialect.ts';

export type CohereModule = Pick<typeof sdk, 'CohereClientV2'>;

const event = (value: { readonly type: string } & Readonly<Record<string, unknown>>): string =>
  `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;

/** Cohere bills less than what the model read: the counts are those of `billed_units`. */
export function cohereDialect(copy: string, { CohereClientV2 }: CohereModule): Dialect {
  const params = { model: 'command-a-03-2025', messages: [{ role: 'user' as const, content: 'hi' }], temperature: 0 };
  const usage = {
    billed_units: { input_tokens: 100, output_tokens: 20 },
    tokens: { input_tokens: 300, output_tokens: 21 },
  };
  const events = [
    event({ type: 'message-start', id: 'c-1', delta: { message: { role: 'assistant' } } }),
    event({ type: 'content-start', index: 0, delta: { message: { content: { type: 'text', text: '' } } } }),
    ...Array.from({ length: 20 }, () =>
      event({ type: 'content-delta', index: 0, delta: { message: { content: { text: 'a' } } } }),
    ),
    event({ type: 'content-end', index: 0 }),
    event({ type: 'message-end', delta: { finish_reason: 'COMPLETE', usage } }),
    'data: [DONE]\n\n',
  ];
  return {
    name: `cohere-ai ${copy} v2 chat`,
    open: (url, { maxRetries = 0, timeout } = {}) => {
      const client = new CohereClientV2({ token: 'k', environment: url });
      const options = (signal: AbortSignal | undefined) => ({
        maxRetries,
        ...(timeout === undefined ? {} : { timeoutInSeconds: timeout / 1_000 }),
        ...(signal === undefined ? {} : { abortSignal: signal }),
      });
      return {
        client,
        whole: ({ signal } = {}) => client.chat(params, options(signal)),
        streamed: ({ signal } = {}) => client.chatStream(params, options(signal)),
      };
    },
    params,
    body: {
      id: 'c-1',
      finish_reason: 'COMPLETE',
      message: { role: 'assistant', content: [{ type: 'text', text: 'hello' }] },
      usage,
    },
    events,
    bareEvents: events,
    partial: 3,
    errorBody: { message: 'no such model' },
    errorType: '404',
    usage: { 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 20 },
    partialUsage: {},
    finishReason: 'COMPLETE',
    lacks: ['attempts'],
  };
}
