import { expect, test } from 'vitest';
import { dialectContract, spanWith } from '../testing/dialect.contract.ts';
import { recordedSpans } from '../testing/recorded-spans.contract.ts';
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

dialectContract(otelGenAi, [spanWith(LATEST), ...recordedSpans('otel-genai')]);

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
    kind: 'call',
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
  ['chat', 3, 'call', 'chat'],
  ['chat', 1, 'call', 'chat'],
  ['embeddings', 1, 'call', 'embeddings'],
  ['generate_content', 3, 'call', 'generate_content'],
  ['text_completion', 3, 'call', 'text_completion'],
  ['rerank', 3, 'call', 'rerank'],
  ['Chat', 1, 'call', 'chat'],
  ['completion', 1, 'call', 'text_completion'],
  ['invoke_agent', 3, 'agent', 'invoke_agent'],
  ['agent_step', 1, 'agent', 'agent_step'],
  ['invoke_workflow', 1, 'workflow', 'invoke_workflow'],
  ['execute_tool', 1, 'tool', 'execute_tool'],
  ['create_agent', 3, 'agent', 'create_agent'],
  ['retrieval', 3, 'retrieval', 'retrieval'],
  ['fetch_response', 3, 'other', 'fetch_response'],
  ['something_new', 3, 'call', 'something_new'],
  ['something_new', 1, 'other', 'something_new'],
])('operation %s on a span of kind %i is: %s %s', (name, kind, role, operation) => {
  expect(otelGenAi.read(spanWith({ ...LATEST, 'gen_ai.operation.name': name }, { kind }))).toMatchObject({
    kind: role,
    operation,
  });
});

test.each([
  ['an agent', { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'planner' }, 'planner'],
  [
    'a tool',
    { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search', 'gen_ai.agent.name': 'p' },
    'search',
  ],
  ['a workflow', { 'gen_ai.operation.name': 'invoke_workflow', 'gen_ai.workflow.name': 'refund' }, 'refund'],
])('%s has its name', (_, attributes, name) => {
  expect(otelGenAi.read(spanWith(attributes)).name).toBe(name);
});

test('what was asked for and whose talk it was are read', () => {
  const asked = {
    ...LATEST,
    'gen_ai.request.max_tokens': 64,
    'gen_ai.request.temperature': 0,
    'gen_ai.conversation.id': 'talk-1',
    'gen_ai.prompt.name': 'greet',
    'gen_ai.prompt.version': '3',
    'gen_ai.agent.name': 'planner',
    'gen_ai.workflow.name': 'refund',
  };
  expect(otelGenAi.read(spanWith(asked))).toMatchObject({
    maxTokens: 64,
    temperature: 0,
    conversationId: 'talk-1',
    promptId: 'greet',
    promptVersion: '3',
    agentName: 'planner',
    workflowName: 'refund',
  });
});

test.each([
  ['of before v1.41', 'cache_read_tokens', 'gen_ai.usage.cache_read_input_tokens'],
  ['of Sentry', 'cache_read_tokens', 'gen_ai.usage.input_tokens.cached'],
  ['of Pydantic AI', 'cache_write_tokens', 'gen_ai.usage.details.cache_write_tokens'],
  ['of Sentry', 'output_reasoning_tokens', 'gen_ai.usage.output_tokens.reasoning'],
])('a name %s for %s is read', (_, meter, name) => {
  expect(otelGenAi.read(spanWith({ 'gen_ai.operation.name': 'chat', [name]: 7 })).meters).toEqual({ [meter]: 7 });
});

test('a new operation that names no model is not a call', () => {
  expect(
    otelGenAi.read(spanWith({ 'gen_ai.operation.name': 'something_new', 'gen_ai.provider.name': 'openai' })).kind,
  ).toBe('other');
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
