import { expect, test } from 'vitest';
import { dialectContract, spanWith } from './dialect.contract.ts';
import { otelGenAi } from './otel-genai.ts';

const LATEST = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.request.model': 'claude-x',
  'gen_ai.response.model': 'claude-x-1',
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.output_tokens': 10,
  'gen_ai.usage.cache_read.input_tokens': 40,
  'gen_ai.usage.cache_write.input_tokens': 5,
  'gen_ai.usage.reasoning.output_tokens': 3,
  'gen_ai.usage.audio.input_tokens': 7,
  'anthropic.response.service_tier': 'priority',
};

dialectContract(otelGenAi, spanWith(LATEST));

const METERS = {
  input_tokens: 100,
  output_tokens: 10,
  cache_read_tokens: 40,
  cache_write_tokens: 5,
  output_reasoning_tokens: 3,
  input_audio_tokens: 7,
};

test('the current names are read', () => {
  expect(otelGenAi.read(spanWith(LATEST))).toMatchObject({
    billable: true,
    provider: 'anthropic',
    meters: METERS,
    usageStatus: 'reported',
    context: { service_tier: 'priority' },
    outcome: 'ok',
    findings: [],
  });
});

test('the names of v1.41 and before are read', () => {
  const old = spanWith({
    'gen_ai.operation.name': 'chat',
    'gen_ai.system': 'az.ai.openai',
    'gen_ai.request.model': 'gpt-x',
    'gen_ai.usage.prompt_tokens': 100,
    'gen_ai.usage.completion_tokens': 10,
    'gen_ai.usage.cache_creation.input_tokens': 5,
  });
  expect(otelGenAi.read(old)).toMatchObject({
    provider: 'azure.ai.openai',
    meters: { input_tokens: 100, output_tokens: 10, cache_write_tokens: 5 },
  });
});

test('where both generations are written, the current name is counted and nothing twice', () => {
  const both = spanWith({
    ...LATEST,
    'gen_ai.system': 'openai',
    'gen_ai.usage.prompt_tokens': 999,
    'gen_ai.usage.cache_creation.input_tokens': 999,
  });
  expect(otelGenAi.read(both)).toMatchObject({ provider: 'anthropic', meters: METERS });
});

test.each([
  ['chat', 3, true],
  ['chat', 1, true],
  ['embeddings', 1, true],
  ['generate_content', 3, true],
  ['text_completion', 3, true],
  ['rerank', 3, true],
  ['invoke_agent', 3, false],
  ['invoke_workflow', 1, false],
  ['execute_tool', 1, false],
  ['create_agent', 3, false],
  ['retrieval', 3, false],
  ['fetch_response', 3, false],
  ['something_new', 3, true],
  ['something_new', 1, false],
])('operation %s on a span of kind %i is billed: %s', (operation, kind, billed) => {
  expect(otelGenAi.read(spanWith({ ...LATEST, 'gen_ai.operation.name': operation }, { kind })).billable).toBe(billed);
});

test('a new operation that names no model is not a call', () => {
  expect(
    otelGenAi.read(spanWith({ 'gen_ai.operation.name': 'something_new', 'gen_ai.provider.name': 'openai' })).billable,
  ).toBe(false);
});

test.each<[string, string | number | bigint | boolean | null]>([
  ['negative', -1],
  ['a fraction', 1.5],
  ['not a number', Number.NaN],
  ['endless', Number.POSITIVE_INFINITY],
  ['over 2^53', 2n ** 53n],
  ['a word', 'many'],
  ['negative text', '-3'],
  ['empty text', ''],
  ['a boolean', true],
  ['a list', null],
])('a count that is %s is left out with a finding and is not zero', (_, value) => {
  const { meters, findings } = otelGenAi.read(spanWith({ ...LATEST, 'gen_ai.usage.input_tokens': value }));
  expect(meters).not.toHaveProperty('input_tokens');
  expect(meters.output_tokens).toBe(10);
  expect(findings).toEqual([
    expect.objectContaining({ code: 'COUNT_INVALID', meter: 'input_tokens', at: 'gen_ai.usage.input_tokens' }),
  ]);
});

test.each<[string | number, number]>([
  ['12', 12],
  [12, 12],
  [0, 0],
  [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
])('the count %s is %i', (value, count) => {
  expect(otelGenAi.read(spanWith({ ...LATEST, 'gen_ai.usage.input_tokens': value })).meters.input_tokens).toBe(count);
});

test.each([
  ['OpenAI', 'openai'],
  ['vertex_ai', 'gcp.vertex_ai'],
  ['gemini', 'gcp.gemini'],
  ['xai', 'x_ai'],
  ['a-new-one', 'a-new-one'],
])('the system %s is the provider %s', (system, provider) => {
  expect(otelGenAi.read(spanWith({ 'gen_ai.system': system })).provider).toBe(provider);
});

test('a call that names no provider says so', () => {
  expect(otelGenAi.read(spanWith({ 'gen_ai.operation.name': 'chat' })).provider).toBe('unknown');
});

test.each([
  ['a requested tier is not a served one', 'auto', {}],
  ['a served tier is', 'flex', { service_tier: 'flex' }],
])('%s', (_, tier, context) => {
  expect(
    otelGenAi.read(spanWith({ ...LATEST, 'openai.response.service_tier': tier, 'anthropic.response.service_tier': '' }))
      .context,
  ).toEqual(context);
});
