import type { JsonObject } from '@costspan/usage';
import { expect, test } from 'vitest';
import { backfillFormatContract, readOne } from './backfill-format.contract.ts';
import { litellm } from './litellm.ts';
import { litellmOperation } from './litellm-operations.ts';
import { requestTags } from './litellm-tags.ts';
import { spendLog, spendLogOfCsv } from './samples.contract.ts';

backfillFormatContract(litellm, { 'a row of the API': spendLog, 'a row of a CSV': spendLogOfCsv });

const read = (over: JsonObject) => readOne(litellm, { ...spendLog, ...over })[0];

test('a row becomes a call with all it says', () => {
  expect(read({})).toEqual({
    at: '',
    findings: [],
    call: {
      identity: ['chatcmpl-9f1c2a'],
      startedAtUs: Date.parse('2026-10-01T08:00:00.250Z') * 1000,
      durationUs: 2_500_000,
      timeToFirstChunkUs: 650_000,
      provider: 'openai',
      operation: 'chat',
      requestModel: 'gpt-4o-mini',
      responseId: 'chatcmpl-9f1c2a',
      conversationId: 's-1',
      meters: expect.objectContaining({
        input_tokens: 2314,
        output_tokens: 300,
        cache_read_tokens: 1024,
        output_reasoning_tokens: 64,
      }),
      usageStatus: 'reported',
      context: {},
      sourceCost: { amount: '0.0026795', currency: 'USD' },
      outcome: 'ok',
      fields: spendLog,
      ownTags: { feature_name: 'chat', request_tags: 'blue' },
    },
  });
});

test('counts of a host that keeps its cache apart are the sum, since LiteLLM adds it', () => {
  expect(readOne(litellm, spendLogOfCsv)[0]?.call).toMatchObject({
    provider: 'anthropic',
    meters: { input_tokens: 9514, output_tokens: 44, cache_read_tokens: 9500, cache_write_tokens: 2 },
    sourceCost: { amount: '0.000012' },
    durationUs: 1_750_000,
  });
});

test('without a usage object the columns are read, with the additional values', () => {
  const metadata = { additional_usage_values: { cache_read_input_tokens: 100 } };
  expect(read({ metadata })?.call?.meters).toMatchObject({
    input_tokens: 2314,
    output_tokens: 300,
    cache_read_tokens: 100,
  });
});

test('zeros without a report are no usage', () => {
  const nothing = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, metadata: {} };
  const failed = { ...nothing, status: 'failure', metadata: { error_information: { error_class: 'RateLimitError' } } };
  expect(read(nothing)?.call).toMatchObject({ usageStatus: 'unavailable', meters: {} });
  expect(read(failed)?.call).toMatchObject({
    usageStatus: 'unavailable',
    outcome: 'error',
    errorType: 'RateLimitError',
  });
});

test.each([
  ['an answer from the cache', { cache_hit: 'True' }],
  ['a tool call', { call_type: 'call_mcp_tool' }],
  ['a file', { call_type: 'acreate_file' }],
  ['a row about nothing', { model: '', prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, metadata: {} }],
])('%s is left out with a reason', (_, over) => {
  expect(read(over)).toMatchObject({ leftOut: expect.any(String), findings: [] });
  expect(read(over)).not.toHaveProperty('call');
});

test('what a provider charged is the provider’s word only where it said it', () => {
  const usage_object = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, cost: 0.00125 };
  const row = (provider: string) => read({ custom_llm_provider: provider, metadata: { usage_object } })?.call;
  expect(row('openrouter')?.reportedCost).toEqual({ amount: '0.00125', currency: 'USD' });
  expect(row('openai')).not.toHaveProperty('reportedCost');
});

test('a deployment at Azure is priced as the model behind it', () => {
  const metadata = {
    model_map_information: { model_map_key: 'azure/gpt-4o-2024-08-06', model_map_value: { mode: 'chat' } },
  };
  expect(read({ custom_llm_provider: 'azure', model: 'azure/prod-4o', metadata })?.call).toMatchObject({
    provider: 'azure.ai.openai',
    requestModel: 'prod-4o',
    responseModel: 'gpt-4o-2024-08-06',
  });
});

test.each([
  ['request_id', ''],
  ['startTime', 'yesterday'],
  ['prompt_tokens', -1],
  ['spend', 'free'],
  ['metadata', '{"a":'],
])('a mistake in %s is named', (at, value) => {
  expect(read({ [at]: value })?.findings).toMatchObject([{ at }]);
});

test.each([
  ['acompletion', 'chat'],
  ['completion', 'chat'],
  ['anthropic_messages', 'chat'],
  ['aanthropic_messages', 'chat'],
  ['_arealtime', 'chat'],
  ['aembedding', 'embeddings'],
  ['agenerate_content_stream', 'generate_content'],
  ['arerank', 'rerank'],
  ['pass_through_endpoint', 'pass_through_endpoint'],
  ['allm_passthrough_route', 'llm_passthrough_route'],
  [undefined, 'chat'],
])('call type %s is %s', (type, name) => {
  expect(litellmOperation(type)).toEqual({ name });
});

test('the tokens of a retrieved batch are billed as a batch', () => {
  expect(litellmOperation('aretrieve_batch')).toEqual({ name: 'chat', batch: true });
});

test('tags that are pairs are tags, the others share one in an order of their own', () => {
  expect(requestTags(['team=a', 'job_id:7', 'b', 'a', 'Not-A-Key:1', 5, 'user-agent: x'])).toEqual({
    team: 'a',
    job_id: '7',
    request_tags: 'Not-A-Key:1,a,b',
  });
  expect(
    requestTags(Array.from({ length: 100 }, (_, i) => `tag-${i + 100}`))['request_tags']?.length,
  ).toBeLessThanOrEqual(256);
});
