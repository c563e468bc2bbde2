import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

const usage = { prompt_tokens: 875, completion_tokens: 79, total_tokens: 954, prompt_cache_hit_tokens: 640 };

test('a cache hit is a cached read', () => {
  const body = { usage: { ...usage, prompt_cache_miss_tokens: 235 } };
  expect(extractUsage({ provider: 'deepseek', api: 'chat', body })).toMatchObject({
    source: 'deepseek.chat',
    usage: { meters: { input_tokens: 875, output_tokens: 79, cache_read_tokens: 640 } },
    findings: [],
  });
});

test('hits and misses that are not the prompt are named', () => {
  const body = { usage: { ...usage, prompt_cache_miss_tokens: 1 } };
  expect(extractUsage({ provider: 'deepseek', body }).findings).toMatchObject([
    { at: 'usage.prompt_tokens', code: 'TOTAL_MISMATCH' },
  ]);
});
