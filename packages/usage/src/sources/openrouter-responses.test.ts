import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test('the charge stands beside the counts', () => {
  const usage = {
    cost: 0.025265,
    is_byok: false,
    input_tokens: 4020,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 4012 },
    output_tokens: 5,
    total_tokens: 4025,
  };
  expect(extractUsage({ provider: 'openrouter', api: 'responses', body: { usage } })).toMatchObject({
    source: 'openrouter.responses',
    usage: { meters: { input_tokens: 4020, cache_write_tokens: 4012, output_tokens: 5 } },
    context: { reported_cost: { amount: '0.025265', currency: 'USD' } },
  });
});
