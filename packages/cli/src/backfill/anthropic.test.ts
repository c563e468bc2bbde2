import type { JsonObject } from '@costspan/usage';
import { expect, test } from 'vitest';
import { anthropic } from './anthropic.ts';
import { backfillFormatContract, readOne } from './backfill-format.contract.ts';

/** Shaped as the Admin API reference prints it (Get Messages Usage Report, read 2026-11-23); values are ours. */
export const usageBucket: JsonObject = {
  starting_at: '2026-08-01T00:00:00Z',
  ending_at: '2026-08-02T00:00:00Z',
  results: [
    {
      uncached_input_tokens: 1500,
      cache_creation: { ephemeral_1h_input_tokens: 1000, ephemeral_5m_input_tokens: 500 },
      cache_read_input_tokens: 200,
      output_tokens: 500,
      server_tool_use: { web_search_requests: 10 },
      api_key_id: 'apikey_01A',
      workspace_id: 'wrkspc_01B',
      model: 'claude-sonnet-4-5-20250929',
      service_tier: 'standard',
      context_window: '0-200k',
      inference_geo: 'not_available',
    },
    {
      uncached_input_tokens: 7,
      cache_creation: null,
      cache_read_input_tokens: 0,
      output_tokens: 1,
      server_tool_use: { web_search_requests: 0 },
      api_key_id: null,
      workspace_id: null,
      model: 'claude-sonnet-4-5-20250929',
      service_tier: 'batch',
      context_window: '200k-1M',
      inference_geo: 'us',
    },
  ],
};

/** A row of the Console's CSV. Header as users published it, March to August 2026; values are ours. */
export const csvRow: JsonObject = {
  usage_date_utc: '2026-08-05',
  model_version: 'claude-haiku-4-5-20251001',
  api_key: 'closer-app',
  workspace: 'Default',
  usage_type: 'standard',
  context_window: '≤ 200k',
  usage_input_tokens_no_cache: '46981',
  usage_input_tokens_cache_write_5m: '15969',
  usage_input_tokens_cache_write_1h: '0',
  usage_input_tokens_cache_read: '12',
  usage_output_tokens: '16932',
  web_search_count: '3',
  inference_geo: 'global',
  speed: '',
};

backfillFormatContract(anthropic, { 'a bucket of the report': usageBucket, 'a row of the Console': csvRow });

test('the cache stands beside the input and is added to it', () => {
  const [first, second] = readOne(anthropic, usageBucket);
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
  for (const { call } of readOne(anthropic, usageBucket)) expect(call?.meters).not.toHaveProperty('requests');
});

test('a row of the Console is a day', () => {
  expect(readOne(anthropic, csvRow)[0]?.call).toMatchObject({
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
  ['today', { ...csvRow, usage_date_utc: '2026-11-23' }],
  ['a cost report', { ...usageBucket, results: [{ amount: '123.45', currency: 'USD' }] }],
  ['an empty bucket', { ...usageBucket, results: [{ uncached_input_tokens: 0, output_tokens: 0 }] }],
])('%s is left out with a reason', (_, record) => {
  expect(readOne(anthropic, record)[0]).toMatchObject({ leftOut: expect.any(String), findings: [] });
});

test('mistakes are named', () => {
  expect(
    readOne(anthropic, { ...csvRow, usage_date_utc: 'today', usage_output_tokens: '1.5' })[0]?.findings,
  ).toMatchObject([{ at: 'usage_output_tokens' }, { at: 'usage_date_utc' }]);
});
