import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test('reasoning stands beside the completion, and ticks are dollars', () => {
  const usage = {
    prompt_tokens: 12,
    completion_tokens: 1,
    total_tokens: 303,
    prompt_tokens_details: { text_tokens: 12, audio_tokens: 0, image_tokens: 0, cached_tokens: 11 },
    completion_tokens_details: { reasoning_tokens: 290 },
    num_sources_used: 3,
    cost_in_usd_ticks: 1466250,
  };
  expect(extractUsage({ provider: 'x-ai', body: { model: 'grok', usage } })).toMatchObject({
    source: 'xai.chat',
    usage: {
      meters: {
        input_tokens: 12,
        output_tokens: 291,
        cache_read_tokens: 11,
        output_reasoning_tokens: 290,
        search_sources: 3,
      },
    },
    context: { reported_cost: { amount: '0.000146625', currency: 'USD' } },
    findings: [],
  });
});
