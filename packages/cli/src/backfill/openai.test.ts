import type { JsonObject } from '@costspan/usage';
import { expect, test } from 'vitest';
import { backfillFormatContract, readOne } from './backfill-format.contract.ts';
import { openai } from './openai.ts';
import { openaiBucket, openaiCsvRow, otherUsageBucket } from './samples.contract.ts';

backfillFormatContract(openai, {
  'a bucket of completions': openaiBucket,
  'a bucket of other kinds': otherUsageBucket,
  'a row of a CSV': openaiCsvRow,
});

test('a result is one row of the whole bucket, never the calls it is the sum of', () => {
  const [first, second] = readOne(openai, openaiBucket);
  expect(first?.call).toMatchObject({
    startedAtUs: 1_759_622_400_000_000,
    durationUs: 0,
    bucket: '1d',
    provider: 'openai',
    operation: 'chat',
    requestModel: 'gpt-4o-2024-08-06',
    meters: {
      input_tokens: 59_200,
      output_tokens: 10_646,
      cache_read_tokens: 5_760,
      input_audio_tokens: 42,
      cache_audio_read_tokens: 2,
      output_audio_tokens: 7,
      requests: 10,
    },
    context: { service_tier: 'default', batch: false, prompt_tokens: 5_920 },
  });
  expect(second?.call).toMatchObject({ meters: { requests: 1 }, context: { batch: true, prompt_tokens: 8 } });
});

test('every other kind has its own meters', () => {
  expect(readOne(openai, otherUsageBucket).map(({ call }) => [call?.operation, call?.bucket, call?.meters])).toEqual([
    ['embeddings', '1h', { input_tokens: 16, requests: 2 }],
    ['image_edit', '1h', { images: 2, requests: 2 }],
    ['speech', '1h', { input_characters: 45, requests: 1 }],
    ['transcription', '1h', { seconds: 20.5, requests: 1 }],
    ['code_interpreter', '1h', { sessions: 3 }],
    ['web_search', '1h', { web_searches: 9 }],
  ]);
});

test('a CSV row and the same result of the API are the same row', () => {
  const bucket = { start_time: 1_759_708_800, end_time: 1_759_795_200, results: [] as JsonObject[] };
  const result = {
    object: 'organization.usage.completions.result',
    project_id: 'proj_a',
    user_id: 'user-1',
    api_key_id: 'key_1',
    model: 'gpt-5-2025-08-07',
    batch: false,
    service_tier: 'default',
    input_tokens: 46_264,
    output_tokens: 60_000,
    num_model_requests: 8,
  };
  const [fromApi] = readOne(openai, { ...bucket, results: [result] });
  const [fromCsv] = readOne(openai, openaiCsvRow);
  expect(fromCsv?.call?.identity).toEqual(fromApi?.call?.identity);
});

test('two results of a bucket that are alike in every group are two', () => {
  const [result] = openaiBucket['results'] as JsonObject[];
  const rows = readOne(openai, { ...openaiBucket, results: [result, result] });
  expect(new Set(rows.map(({ call }) => call?.identity.join())).size).toBe(2);
});

test.each([
  ['a bucket that is not over', { ...openaiBucket, end_time: Date.parse('2026-11-23T12:00:01Z') / 1000 }],
  [
    'costs',
    { ...openaiBucket, results: [{ object: 'organization.costs.result', amount: { value: 1, currency: 'usd' } }] },
  ],
  [
    'stored bytes',
    { ...openaiBucket, results: [{ object: 'organization.usage.vector_stores.result', usage_bytes: 5 }] },
  ],
  ['a kind nobody knows', { ...openaiBucket, results: [{ object: 'organization.usage.dreams.result', hours: 5 }] }],
  [
    'a CSV row without usage',
    { ...openaiCsvRow, num_model_requests: '', input_tokens: '', output_tokens: '', input_cached_tokens: '' },
  ],
])('%s is left out with a reason', (_, record) => {
  const rows = readOne(openai, record);
  expect(rows[0]).toMatchObject({ leftOut: expect.any(String), findings: [] });
});

test('mistakes are named, and the rest of the row stays', () => {
  const [row] = readOne(openai, { ...openaiCsvRow, output_tokens: 'many', batch: 'perhaps' });
  expect(row).toMatchObject({
    findings: [{ at: 'output_tokens' }, { at: 'batch' }],
    call: { meters: { input_tokens: 46_264, requests: 8 } },
  });
  expect(readOne(openai, { ...openaiCsvRow, end_time: openaiCsvRow['start_time'] })).toMatchObject([
    { findings: [{ at: 'end_time' }] },
  ]);
});

test('a group that is an object with a toString of its own is read like any other text', () => {
  for (const name of ['project_id', 'object']) {
    const [row] = readOne(openai, { ...openaiCsvRow, [name]: JSON.parse('{"toString":1,"valueOf":2}') as never });
    expect(row?.call ?? row?.leftOut).toBeDefined();
  }
});
