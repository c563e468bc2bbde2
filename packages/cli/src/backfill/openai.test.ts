import type { JsonObject } from '@costspan/usage';
import { expect, test } from 'vitest';
import { backfillFormatContract, readOne } from './backfill-format.contract.ts';
import { openai } from './openai.ts';

/** Shaped as openai-node 6 types `UsageCompletionsResponse.Data`; values are ours. Read 2026-11-23. */
export const completionsBucket: JsonObject = {
  object: 'bucket',
  start_time: 1_759_622_400,
  end_time: 1_759_708_800,
  results: [
    {
      object: 'organization.usage.completions.result',
      input_tokens: 59_200,
      output_tokens: 10_646,
      input_cached_tokens: 5_760,
      input_audio_tokens: 40,
      input_cached_audio_tokens: 2,
      output_audio_tokens: 7,
      num_model_requests: 10,
      project_id: 'proj_a',
      user_id: 'user-1',
      api_key_id: 'key_1',
      model: 'gpt-4o-2024-08-06',
      batch: false,
      service_tier: 'default',
    },
    {
      object: 'organization.usage.completions.result',
      input_tokens: 8,
      output_tokens: 2,
      num_model_requests: 1,
      model: 'gpt-4o-2024-08-06',
      batch: true,
    },
  ],
};

const otherKinds: JsonObject = {
  object: 'bucket',
  start_time: 1_759_622_400,
  end_time: 1_759_626_000,
  results: [
    {
      object: 'organization.usage.embeddings.result',
      input_tokens: 16,
      num_model_requests: 2,
      model: 'text-embedding-3-small',
    },
    {
      object: 'organization.usage.images.result',
      images: 2,
      num_model_requests: 2,
      size: '1024x1024',
      source: 'image.edit',
      model: 'dall-e-3',
    },
    { object: 'organization.usage.audio_speeches.result', characters: 45, num_model_requests: 1, model: 'tts-1' },
    {
      object: 'organization.usage.audio_transcriptions.result',
      seconds: 20.5,
      num_model_requests: 1,
      model: 'whisper-1',
    },
    { object: 'organization.usage.code_interpreter_sessions.result', num_sessions: 3 },
    {
      object: 'organization.usage.web_searches.result',
      num_model_requests: 4,
      num_requests: 9,
      model: 'gpt-5-2025-08-07',
    },
  ],
};

/** A row of the usage page's completions CSV: columns as users published them, October 2025; values are ours. */
export const csvRow: JsonObject = {
  start_time: '1759708800',
  end_time: '1759795200',
  start_time_iso: '2025-10-06T00:00:00+00:00',
  end_time_iso: '2025-10-07T00:00:00+00:00',
  project_id: 'proj_a',
  num_model_requests: '8.0',
  user_id: 'user-1',
  api_key_id: 'key_1',
  model: 'gpt-5-2025-08-07',
  batch: 'FALSE',
  service_tier: 'default',
  input_tokens: '46264.0',
  output_tokens: '60000.0',
  input_cached_tokens: '8192.0',
};

backfillFormatContract(openai, {
  'a bucket of completions': completionsBucket,
  'a bucket of other kinds': otherKinds,
  'a row of a CSV': csvRow,
});

test('a result is one row of the whole bucket, never the calls it is the sum of', () => {
  const [first, second] = readOne(openai, completionsBucket);
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
  expect(readOne(openai, otherKinds).map(({ call }) => [call?.operation, call?.bucket, call?.meters])).toEqual([
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
  const [fromCsv] = readOne(openai, csvRow);
  expect(fromCsv?.call?.identity).toEqual(fromApi?.call?.identity);
});

test('two results of a bucket that are alike in every group are two', () => {
  const [result] = completionsBucket['results'] as JsonObject[];
  const rows = readOne(openai, { ...completionsBucket, results: [result, result] });
  expect(new Set(rows.map(({ call }) => call?.identity.join())).size).toBe(2);
});

test.each([
  ['a bucket that is not over', { ...completionsBucket, end_time: Date.parse('2026-11-23T12:00:01Z') / 1000 }],
  [
    'costs',
    { ...completionsBucket, results: [{ object: 'organization.costs.result', amount: { value: 1, currency: 'usd' } }] },
  ],
  [
    'stored bytes',
    { ...completionsBucket, results: [{ object: 'organization.usage.vector_stores.result', usage_bytes: 5 }] },
  ],
  [
    'a kind nobody knows',
    { ...completionsBucket, results: [{ object: 'organization.usage.dreams.result', hours: 5 }] },
  ],
  [
    'a CSV row without usage',
    { ...csvRow, num_model_requests: '', input_tokens: '', output_tokens: '', input_cached_tokens: '' },
  ],
])('%s is left out with a reason', (_, record) => {
  const rows = readOne(openai, record);
  expect(rows[0]).toMatchObject({ leftOut: expect.any(String), findings: [] });
});

test('mistakes are named, and the rest of the row stays', () => {
  const [row] = readOne(openai, { ...csvRow, output_tokens: 'many', batch: 'perhaps' });
  expect(row).toMatchObject({
    findings: [{ at: 'output_tokens' }, { at: 'batch' }],
    call: { meters: { input_tokens: 46_264, requests: 8 } },
  });
  expect(readOne(openai, { ...csvRow, end_time: csvRow['start_time'] })).toMatchObject([
    { findings: [{ at: 'end_time' }] },
  ]);
});
