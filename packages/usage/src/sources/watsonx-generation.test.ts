import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test('every result is counted', () => {
  const body = {
    model_id: 'granite',
    results: [
      { generated_token_count: 20, input_token_count: 5 },
      { generated_token_count: 22, input_token_count: 6 },
    ],
  };
  expect(extractUsage({ provider: 'ibm.watsonx.ai', body })).toMatchObject({
    source: 'watsonx.generation',
    usage: { meters: { input_tokens: 11, output_tokens: 42 } },
  });
});
