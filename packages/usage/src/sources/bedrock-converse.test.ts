import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test('cached tokens come on top of the input, writes are kept by lifetime', () => {
  const usage = {
    inputTokens: 3,
    outputTokens: 288,
    totalTokens: 2465,
    cacheReadInputTokens: 100,
    cacheWriteInputTokens: 2074,
    cacheDetails: [
      { ttl: '1h', inputTokens: 74 },
      { ttl: '5m', inputTokens: 2000 },
    ],
  };
  expect(extractUsage({ provider: 'aws', body: { usage } })).toMatchObject({
    source: 'bedrock.converse',
    usage: {
      meters: {
        input_tokens: 2177,
        output_tokens: 288,
        cache_read_tokens: 100,
        cache_write_tokens: 2074,
        cache_write_5m_tokens: 2000,
        cache_write_1h_tokens: 74,
      },
    },
    findings: [],
  });
});

test('Nova through InvokeModel spells its cache counts otherwise', () => {
  const usage = { inputTokens: 13, outputTokens: 7, cacheReadInputTokenCount: 4, cacheWriteInputTokenCount: 0 };
  expect(extractUsage({ provider: 'aws', api: 'invoke', body: { usage } }).usage.meters).toEqual({
    input_tokens: 17,
    output_tokens: 7,
    cache_read_tokens: 4,
    cache_write_tokens: 0,
  });
});

test('cached tokens alone are not the prompt', () => {
  const body = { usage: { outputTokens: 50, cacheReadInputTokens: 9 } };
  expect(extractUsage({ provider: 'aws', body }).usage.meters).toEqual({ output_tokens: 50, cache_read_tokens: 9 });
});

test('the metadata event of a stream states tier and latency', () => {
  const metadata = {
    usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
    serviceTier: { type: 'priority' },
    performanceConfig: { latency: 'optimized' },
  };
  expect(extractUsage({ provider: 'aws', api: 'converse', body: { metadata } })).toMatchObject({
    usage: { meters: { input_tokens: 1, output_tokens: 2 } },
    context: { service_tier: 'priority', speed: 'optimized' },
  });
});
