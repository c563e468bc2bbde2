import type * as sdk from 'ollama';
import type { Dialect } from '../dialect.ts';

export type OllamaModule = Pick<typeof sdk, 'Ollama'>;

/** JSON lines. A call has no options: no signal, no timeout, no retries. */
export function ollamaDialect(copy: string, { Ollama }: OllamaModule): Dialect {
  const params = { model: 'llama4', messages: [{ role: 'user', content: 'hi' }], options: { temperature: 0 } };
  const line = (value: object): string => `${JSON.stringify(value)}\n`;
  const chunk = { model: 'llama4', created_at: '2026-01-01T00:00:00Z', message: { role: 'assistant', content: 'a' } };
  const last = { done: true, done_reason: 'stop', prompt_eval_count: 100, eval_count: 20, total_duration: 1 };
  const events = [...Array.from({ length: 20 }, () => line({ ...chunk, done: false })), line({ ...chunk, ...last })];
  return {
    name: `ollama ${copy} chat`,
    open: (url) => {
      const client = new Ollama({ host: url });
      return {
        client,
        whole: () => client.chat(structuredClone(params)),
        streamed: () => client.chat({ ...structuredClone(params), stream: true }),
      };
    },
    params,
    body: { ...chunk, ...last },
    events,
    bareEvents: events,
    partial: 3,
    streamType: 'application/x-ndjson',
    errorEvent: line({ error: 'the model crashed' }),
    streamErrorType: 'stream_error',
    errorBody: { error: 'no such model' },
    errorHeaders: { 'content-type': 'application/json' },
    errorType: '404',
    usage: { 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 20 },
    partialUsage: {},
    finishReason: 'stop',
    lacks: ['signal', 'timeout', 'attempts', 'retries', 'early-stop'],
  };
}
