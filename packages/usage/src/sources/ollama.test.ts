import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test.each([
  [
    { message: { role: 'assistant', content: 'hi' }, prompt_eval_count: 292, eval_count: 143 },
    { input_tokens: 292, output_tokens: 143 },
  ],
  [{ response: 'hi', eval_count: 143 }, { output_tokens: 143 }],
  [{ embeddings: [[0.1]], prompt_eval_count: 8 }, { input_tokens: 8 }],
])('%j', (body, meters) => {
  const extracted = extractUsage({ provider: 'ollama', body: { model: 'qwen', ...body } });
  expect(extracted).toMatchObject({ model: 'qwen', source: 'ollama' });
  expect(extracted.usage.meters).toEqual(meters);
});

test('its OpenAI endpoint is read too', () => {
  const body = { usage: { prompt_tokens: 1, completion_tokens: 2 } };
  expect(extractUsage({ provider: 'ollama', api: 'chat', body }).usage.meters).toEqual({
    input_tokens: 1,
    output_tokens: 2,
  });
});
