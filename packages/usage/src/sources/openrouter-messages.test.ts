import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test("Anthropic's convention, with the charge", () => {
  const usage = { input_tokens: 3, cache_read_input_tokens: 100, output_tokens: 5, cost: 0.001 };
  expect(extractUsage({ provider: 'openrouter', api: 'messages', body: { usage } })).toMatchObject({
    source: 'openrouter.messages',
    usage: { meters: { input_tokens: 103, cache_read_tokens: 100, output_tokens: 5 } },
    context: { reported_cost: { amount: '0.001', currency: 'USD' } },
  });
});
