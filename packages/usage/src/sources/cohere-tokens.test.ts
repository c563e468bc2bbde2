import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test('what the model read is counted when it is asked for by name', () => {
  const usage = {
    billed_units: { input_tokens: 41, output_tokens: 28 },
    tokens: { input_tokens: 1442, output_tokens: 29 },
    cached_tokens: 1040,
  };
  expect(extractUsage({ provider: 'cohere', api: 'tokens', body: { usage } })).toMatchObject({
    source: 'cohere.tokens',
    usage: { meters: { input_tokens: 1442, output_tokens: 29, cache_read_tokens: 1040 } },
  });
});
