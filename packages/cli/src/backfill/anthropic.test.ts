import { expect, test } from 'vitest';
import { anthropic } from './anthropic.ts';
import { backfillFormatContract, readOne } from './backfill-format.contract.ts';
import { anthropicBucket, anthropicCsvRow } from './samples.contract.ts';

backfillFormatContract(anthropic, {
  'a bucket of the report': anthropicBucket,
  'a row of the Console': anthropicCsvRow,
});

test('the cache stands beside the input and is added to it', () => {
  const [first, second] = readOne(anthropic, anthropicBucket);
  expect(first?.call).toMatchObject({
    bucket: '1d',
    startedAtUs: Date.parse('2026-08-01T00:00:00Z') * 1000,
    durationUs: 0,
    provider: 'anthropic',
    requestModel: 'claude-sonnet-4-5-20250929',
    meters: {
      input_tokens: 3200,
      output_tokens: 500,
      cache_read_tokens: 200,
      cache_write_tokens: 1500,
      cache_write_5m_tokens: 500,
      cache_write_1h_tokens: 1000,
      web_searches: 10,
    },
    context: { service_tier: 'standard', prompt_tokens: 200_000 },
  });
  expect(second?.call?.context).toEqual({ batch: true, region: 'us', prompt_tokens: 200_001 });
});

test('requests are not counted by the source, so they are not stated', () => {
  for (const { call } of readOne(anthropic, anthropicBucket)) expect(call?.meters).not.toHaveProperty('requests');
});

test('a row of the Console is a day', () => {
  expect(readOne(anthropic, anthropicCsvRow)[0]?.call).toMatchObject({
    bucket: '1d',
    startedAtUs: Date.parse('2026-08-05T00:00:00Z') * 1000,
    meters: {
      input_tokens: 62_962,
      cache_write_tokens: 15_969,
      cache_read_tokens: 12,
      output_tokens: 16_932,
      web_searches: 3,
    },
    context: { service_tier: 'standard', region: 'global', prompt_tokens: 200_000 },
  });
});

test.each([
  ['today', { ...anthropicCsvRow, usage_date_utc: '2026-11-23' }],
  ['a cost report', { ...anthropicBucket, results: [{ amount: '123.45', currency: 'USD' }] }],
  ['an empty bucket', { ...anthropicBucket, results: [{ uncached_input_tokens: 0, output_tokens: 0 }] }],
])('%s is left out with a reason', (_, record) => {
  expect(readOne(anthropic, record)[0]).toMatchObject({ leftOut: expect.any(String), findings: [] });
});

test('mistakes are named', () => {
  expect(
    readOne(anthropic, { ...anthropicCsvRow, usage_date_utc: 'today', usage_output_tokens: '1.5' })[0]?.findings,
  ).toMatchObject([{ at: 'usage_output_tokens' }, { at: 'usage_date_utc' }]);
});

test('counts that add up to more than a number holds are told, and no call is made of them', () => {
  const [row] = readOne(anthropic, { ...anthropicCsvRow, usage_input_tokens_cache_write_1h: 9_007_199_254_678_030 });
  expect(row?.call).toBeUndefined();
  expect(row?.findings).toMatchObject([{ at: 'input_tokens', code: 'COUNT_INVALID' }]);
});
