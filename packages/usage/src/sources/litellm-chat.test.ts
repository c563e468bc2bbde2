import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test("Anthropic's cache counts are part of the prompt, and the charge is in a header", () => {
  const usage = {
    prompt_tokens: 2100,
    completion_tokens: 10,
    total_tokens: 2110,
    prompt_tokens_details: {
      cached_tokens: 90,
      cache_creation_tokens: 2000,
      cache_creation_token_details: { ephemeral_5m_input_tokens: 1500, ephemeral_1h_input_tokens: 500 },
    },
    cache_creation_input_tokens: 2000,
    cache_read_input_tokens: 90,
  };
  const headers = { 'x-litellm-response-cost': '0.0093' };
  expect(extractUsage({ provider: 'litellm', api: 'chat', body: { usage }, headers })).toMatchObject({
    source: 'litellm.chat',
    usage: {
      meters: {
        input_tokens: 2100,
        output_tokens: 10,
        cache_read_tokens: 90,
        cache_write_tokens: 2000,
        cache_write_5m_tokens: 1500,
        cache_write_1h_tokens: 500,
      },
    },
    context: { reported_cost: { amount: '0.0093', currency: 'USD' } },
    findings: [],
  });
});
