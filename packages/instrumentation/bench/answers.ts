/** What the providers of these benchmarks answer. */
const CHAT_USAGE = {
  prompt_tokens: 10,
  completion_tokens: 5,
  total_tokens: 15,
  prompt_tokens_details: { cached_tokens: 4 },
};
export const CHAT = JSON.stringify({
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-5-2025-08-07',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
  usage: CHAT_USAGE,
});
const MESSAGE_BODY = {
  id: 'm',
  type: 'message',
  role: 'assistant',
  model: 'claude-opus-5',
  content: [{ type: 'text', text: 'hello' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 10, cache_read_input_tokens: 4, cache_creation_input_tokens: 0, output_tokens: 5 },
};
export const MESSAGE = JSON.stringify(MESSAGE_BODY);

export function chatEvents(chunks: number): string {
  const chunk = (rest: object) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-5', ...rest })}\n\n`;
  const text = chunk({ choices: [{ index: 0, delta: { content: 'word' }, finish_reason: null }], usage: null });
  const stop = chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: null });
  return `${text.repeat(chunks - 2)}${stop}${chunk({ choices: [], usage: CHAT_USAGE })}data: [DONE]\n\n`;
}

export function messageEvents(chunks: number): string {
  const event = (value: { readonly type: string }) => `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
  const text = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'word' } };
  const delta = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } };
  return [
    event({ type: 'message_start', message: { ...MESSAGE_BODY, content: [] } } as { type: string }),
    event(text).repeat(chunks - 3),
    event(delta),
    event({ type: 'message_stop' }),
  ].join('');
}
