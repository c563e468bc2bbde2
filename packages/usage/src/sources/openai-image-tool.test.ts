import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

const usage = { input_tokens: 3151, output_tokens: 1970 };
const image_gen = {
  input_tokens: 50,
  input_tokens_details: { text_tokens: 40, image_tokens: 10 },
  output_tokens: 4160,
  total_tokens: 4210,
};
const read = (more: object) => extractUsage({ provider: 'openai', api: 'responses', body: { usage, ...more } });

test('an image drawn inside a response is billed at its own model', () => {
  const tools = [{ type: 'image_generation', model: 'gpt-image-2' }];
  const { usage: read_, subUsages } = read({ tools, tool_usage: { image_gen } });
  expect(read_.meters).toEqual({ input_tokens: 3151, output_tokens: 1970 });
  expect(subUsages).toEqual([
    {
      model: 'gpt-image-2',
      meters: { input_tokens: 50, output_tokens: 4160, input_text_tokens: 40, input_image_tokens: 10 },
    },
  ]);
});

test('image tokens at a model nobody names are said, not billed at the wrong one', () => {
  const { subUsages, findings } = read({ tool_usage: { image_gen } });
  expect(subUsages).toEqual([]);
  expect(findings).toMatchObject([{ at: 'tool_usage.image_gen', code: 'SUB_USAGE_MODEL_ABSENT' }]);
});

test('no image, no part', () => {
  const none = { input_tokens: 0, output_tokens: 0, total_tokens: 0 };
  expect(read({ tool_usage: { image_gen: none } })).toMatchObject({ subUsages: [], findings: [] });
});

test('a drawing names its model itself', () => {
  const svg_usage = { input_tokens: 9, model: 'gpt-svg', output_tokens: 700, reasoning_tokens: 300, total_tokens: 709 };
  expect(read({ output: [{ type: 'image_generation_call', svg_usage }] }).subUsages).toEqual([
    { model: 'gpt-svg', meters: { input_tokens: 9, output_tokens: 700, output_reasoning_tokens: 300 } },
  ]);
});
