import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test('the charge is in estimated_cost', () => {
  const usage = { prompt_tokens: 18, completion_tokens: 2, total_tokens: 20, estimated_cost: 4.62e-6 };
  expect(extractUsage({ provider: 'deepinfra', body: { usage } })).toMatchObject({
    source: 'deepinfra.chat',
    usage: { meters: { input_tokens: 18, output_tokens: 2 } },
    context: { reported_cost: { amount: '0.00000462', currency: 'USD' } },
  });
});
