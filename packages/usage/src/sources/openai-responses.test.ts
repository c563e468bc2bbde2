import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

const usage = {
  input_tokens: 4020,
  input_tokens_details: {
    cached_tokens: 8,
    cache_write_tokens: 4000,
    cache_write_tokens_details: { ttl_30m_tokens: 4000 },
  },
  output_tokens: 50,
  output_tokens_details: { reasoning_tokens: 20 },
  total_tokens: 4070,
};

test('cached, written and reasoning tokens are parts', () => {
  expect(extractUsage({ provider: 'openai', api: 'responses', body: { usage, service_tier: 'flex' } })).toMatchObject({
    source: 'openai.responses',
    usage: {
      meters: {
        input_tokens: 4020,
        output_tokens: 50,
        cache_read_tokens: 8,
        cache_write_tokens: 4000,
        cache_write_30m_tokens: 4000,
        output_reasoning_tokens: 20,
      },
    },
    context: { service_tier: 'flex' },
    findings: [],
  });
});

test('the event that ends a stream holds the same answer', () => {
  const body = { type: 'response.completed', response: { model: 'm', usage, output: [] } };
  expect(extractUsage({ provider: 'openai', api: 'responses', body })).toMatchObject({
    model: 'm',
    usage: { meters: { input_tokens: 4020 } },
  });
});

test('a Responses usage object is believed over the name of another API', () => {
  const meters = extractUsage({ provider: 'aws', api: 'messages', body: { usage } }).usage.meters;
  expect(meters).toMatchObject({ input_tokens: 4020, cache_write_tokens: 4000 });
});
