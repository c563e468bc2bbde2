import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test.each([
  [
    'every result is added',
    { inputTextTokenCount: 7, results: [{ tokenCount: 90 }, { tokenCount: 8 }] },
    { input_tokens: 7, output_tokens: 98 },
  ],
  [
    'a stream states the sum',
    { inputTextTokenCount: 7, totalOutputTextTokenCount: 78 },
    { input_tokens: 7, output_tokens: 78 },
  ],
  ['an embedding has no output', { embedding: [0.1], inputTextTokenCount: 5 }, { input_tokens: 5 }],
])('%s', (_name, body, meters) => {
  expect(extractUsage({ provider: 'aws', body })).toMatchObject({ source: 'bedrock.titan', usage: { meters } });
  expect(extractUsage({ provider: 'aws', body }).usage.meters).toEqual(meters);
});
