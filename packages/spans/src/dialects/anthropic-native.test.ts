import { expect, test } from 'vitest';
import { dialectContract, spanWith } from '../testing/dialect.contract.ts';
import { anthropicNative } from './anthropic-native.ts';

const scope = { name: 'com.anthropic.sdk.typescript', version: '1.12.0' };

const NATIVE = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.request.model': 'claude-x',
  'gen_ai.response.model': 'claude-x-1',
  'gen_ai.usage.input_tokens': 612,
  'gen_ai.usage.output_tokens': 50,
  'gen_ai.usage.cache_read.input_tokens': 100,
  'gen_ai.usage.cache_write.input_tokens': 30,
  'anthropic.usage.cache_creation.ephemeral_5m_input_tokens': 10,
  'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': 20,
  'anthropic.response.service_tier': 'standard',
  'anthropic.message.stop_reason': 'end_turn',
};

dialectContract(anthropicNative, [spanWith(NATIVE, { scope, statusCode: 1 })]);

test('the cache lifetimes stand under their own meters', () => {
  expect(anthropicNative.read(spanWith(NATIVE, { scope, statusCode: 1 }))).toMatchObject({
    kind: 'call',
    meters: {
      input_tokens: 612,
      output_tokens: 50,
      cache_read_tokens: 100,
      cache_write_tokens: 30,
      cache_write_5m_tokens: 10,
      cache_write_1h_tokens: 20,
    },
    context: { service_tier: 'standard' },
    outcome: 'ok',
  });
});

test('tokens of compaction passes are billed with the rest', () => {
  const span = spanWith(
    { ...NATIVE, 'anthropic.usage.compaction.input_tokens': 60_385, 'anthropic.usage.compaction.output_tokens': 1000 },
    { scope, statusCode: 1 },
  );
  expect(anthropicNative.read(span).meters).toMatchObject({ input_tokens: 60_997, output_tokens: 1050 });
});

test.each([
  ['counting tokens', 'other', { 'gen_ai.provider.name': 'anthropic', 'gen_ai.request.model': 'claude-x' }],
  [
    'opening a session',
    'other',
    { 'gen_ai.provider.name': 'anthropic', 'gen_ai.agent.name': 'a', 'gen_ai.request.model': 'claude-x' },
  ],
  ['a tool', 'tool', { 'gen_ai.provider.name': 'anthropic', 'gen_ai.operation.name': 'execute_tool' }],
] as const)('%s is not billed: it is %s', (_, kind, attributes) => {
  expect(anthropicNative.read(spanWith(attributes, { scope })).kind).toBe(kind);
});

test.each([
  ['OK', 1, {}, 'ok'],
  ['an error', 2, {}, 'error'],
  ['no status and a stop reason: left after the last event', 0, {}, 'ok'],
  ['no status and no stop reason: left early', 0, { 'anthropic.message.stop_reason': undefined }, 'cancelled'],
])('%s is the outcome of status %i', (_, statusCode, over, outcome) => {
  const attributes = Object.fromEntries(
    Object.entries({ ...NATIVE, ...over }).filter(([, value]) => value !== undefined),
  );
  expect(anthropicNative.read(spanWith(attributes as typeof NATIVE, { scope, statusCode })).outcome).toBe(outcome);
});
