import { expect, test } from 'vitest';
import { normalise } from '../normalise.ts';
import { dialectContract, spanWith } from '../testing/dialect.contract.ts';
import { recordedSpans } from '../testing/recorded-spans.contract.ts';
import { openLlmetry } from './openllmetry.ts';

/** As `opentelemetry-instrumentation-anthropic` writes it (its source, version 0.40 and before). */
const PYTHON = spanWith(
  {
    'gen_ai.system': 'Anthropic',
    'llm.request.type': 'completion',
    'gen_ai.request.model': 'claude-sonnet-4-5',
    'gen_ai.response.model': 'claude-sonnet-4-5-20250929',
    'gen_ai.usage.input_tokens': 1000,
    'gen_ai.usage.output_tokens': 50,
    'gen_ai.usage.cache_read_input_tokens': 400,
    'gen_ai.usage.cache_creation_input_tokens': 100,
    'llm.usage.total_tokens': 1050,
    'traceloop.workflow.name': 'refund',
    'traceloop.association.properties.customer_id': 'acme',
    'traceloop.association.properties.userId': 'u1',
    'traceloop.association.properties.session_id': 's1',
    'traceloop.association.properties.ls_model_name': 'claude',
    'traceloop.prompt.key': 'greet',
    'traceloop.prompt.version': 3,
  },
  { scope: { name: 'opentelemetry.instrumentation.anthropic', version: '0.40.0' } },
);

dialectContract(openLlmetry, [PYTHON, ...recordedSpans('openllmetry')]);

const METERS = { input_tokens: 1000, cache_read_tokens: 400, cache_write_tokens: 100, output_tokens: 50 };

test('in Python the input count holds the cached tokens', () => {
  expect(normalise(PYTHON)).toMatchObject({
    call: {
      provider: 'anthropic',
      usage: { meters: METERS },
      workflowName: 'refund',
      conversationId: 's1',
      promptId: 'greet',
      promptVersion: '3',
      tags: { customer_id: 'acme', user: 'u1' },
    },
  });
  expect(openLlmetry.read(PYTHON).tags).toEqual({ customer_id: 'acme', user: 'u1' });
});

test('in JavaScript the instrumentation of Anthropic leaves them out, and they are added', () => {
  const [span] = recordedSpans('openllmetry', 'anthropic');
  expect(span.attributes.get('gen_ai.usage.input_tokens')).toBe(500);
  expect(normalise(span)).toMatchObject({ call: { provider: 'anthropic', usage: { meters: METERS } } });
});

test.each([
  ['workflow', 'workflow', 'refund'],
  ['task', 'workflow', 'step'],
  ['agent', 'agent', 'step'],
  ['tool', 'tool', 'step'],
])('a span of kind %s is: %s, by its entity', (spanKind, kind, name) => {
  const span = spanWith(
    {
      'traceloop.span.kind': spanKind,
      'traceloop.workflow.name': 'refund',
      ...(spanKind === 'workflow' ? {} : { 'traceloop.entity.name': 'step' }),
      'llm.usage.prompt_tokens': 1000,
    },
    { kind: 1, scope: { name: '@traceloop/node-server-sdk', version: '0.27.0' } },
  );
  expect(openLlmetry.read(span)).toMatchObject({ kind, name });
});

test("OpenTelemetry's own instrumentations, which live under the same name, are the conventions'", () => {
  const scope = { name: 'opentelemetry.instrumentation.openai_v2', version: '2.1b0' };
  expect(normalise(spanWith({ 'gen_ai.operation.name': 'chat' }, { scope }))).toMatchObject({
    call: { dialect: 'otel-genai' },
  });
});
