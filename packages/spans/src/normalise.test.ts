import { expect, test } from 'vitest';
import type { Dialect } from './dialects/dialect.ts';
import { otelGenAi } from './dialects/otel-genai.ts';
import { normalise } from './normalise.ts';
import { spanWith } from './testing/dialect.contract.ts';

const CHAT = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-x',
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.output_tokens': 10,
};

test('a span becomes a call record', () => {
  const span = spanWith(
    { ...CHAT, 'error.type': 'timeout', 'costspan.tag.customer_id': 'acme', 'gen_ai.usage.cost': 0.01 },
    { parentSpanId: 'ef'.repeat(8), statusCode: 2, resource: { attributes: new Map([['service.name', 'api']]) } },
  );
  expect(normalise(span)).toEqual({
    kind: 'call',
    call: {
      traceId: 'ab'.repeat(16),
      spanId: 'cd'.repeat(8),
      parentSpanId: 'ef'.repeat(8),
      startedAtUs: 1_760_000_000_000_000,
      durationUs: 1_000_000,
      provider: 'openai',
      operation: 'chat',
      requestModel: 'gpt-x',
      usage: { meters: { input_tokens: 100, output_tokens: 10 }, status: 'reported' },
      context: { reported_cost: { amount: '0.01', currency: 'USD' } },
      outcome: 'error',
      errorType: 'timeout',
      serviceName: 'api',
      tags: { customer_id: 'acme' },
      dialect: 'otel-genai',
    },
    findings: [],
    refusedTags: 0,
  });
});

test('a span about something else is not a call', () => {
  expect(normalise(spanWith({ 'http.request.method': 'GET' })).kind).toBe('other');
});

test.each<[string, Record<string, string | boolean>, string]>([
  ['a provider call', {}, 'call'],
  ['a provider call that is marked not billable', { 'costspan.billable': false }, 'context'],
  ['the same as text', { 'costspan.billable': 'false' }, 'context'],
  ['an agent span that repeats its usage', { 'gen_ai.operation.name': 'invoke_agent' }, 'context'],
  ['an agent span marked billable', { 'gen_ai.operation.name': 'invoke_agent', 'costspan.billable': true }, 'call'],
])('%s is: %s', (_, over, kind) => {
  expect(normalise(spanWith({ ...CHAT, ...over })).kind).toBe(kind);
});

test.each([
  ['trace id', { traceId: '' }],
  ['span id', { spanId: '' }],
  ['time', { startedAtUs: 0, endedAtUs: 0 }],
])('a billable span without a %s is rejected, and says what is missing', (what, over) => {
  const normalised = normalise(spanWith(CHAT, over));
  expect(normalised.kind).toBe('rejected');
  expect(normalised).toEqual(expect.objectContaining({ reason: expect.stringContaining(what) }));
});

test('a span without a start is placed at its end, and one that ends before it starts took no time', () => {
  const noStart = normalise(spanWith(CHAT, { startedAtUs: 0 }));
  expect(noStart).toMatchObject({ call: { startedAtUs: 1_760_000_001_000_000, durationUs: 0 } });
  const backwards = normalise(spanWith(CHAT, { endedAtUs: 1 }));
  expect(backwards).toMatchObject({ call: { durationUs: 0 } });
});

test('where the dialect leaves the cache out of the input, it is added', () => {
  const excluding: Dialect = { ...otelGenAi, convention: 'cache_excluded' };
  const span = spanWith({ ...CHAT, 'gen_ai.usage.cache_read.input_tokens': 900 });
  expect(normalise(span, [excluding])).toMatchObject({
    call: { usage: { meters: { input_tokens: 1000, cache_read_tokens: 900 } } },
  });
});
