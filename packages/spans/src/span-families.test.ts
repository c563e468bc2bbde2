import { expect, test } from 'vitest';
import { normalise } from './normalise.ts';
import type { Span } from './span.ts';
import { spanWith } from './testing/dialect.contract.ts';
import { recordedSpans } from './testing/recorded-spans.contract.ts';

const USAGE = { 'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.output_tokens': 50 };
const OPENAI = { 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4o', ...USAGE };

/** What becomes of the spans of one family, and the input tokens that are billed. */
function fate(spans: readonly Span[]) {
  const all = spans.map((span) => normalise(span));
  return {
    kinds: all.map((one) => (one.kind === 'context' ? one.context.kind : one.kind)),
    inputTokens: all.map((one) => (one.kind === 'call' ? (one.call.usage.meters.input_tokens ?? 0) : 0)),
  };
}

test('an agent span that repeats the usage of its calls is billed nothing', () => {
  const spans = [
    spanWith({ 'gen_ai.operation.name': 'invoke_workflow', 'gen_ai.workflow.name': 'refund', ...OPENAI }, { kind: 1 }),
    spanWith({ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'planner', ...OPENAI }, { kind: 3 }),
    spanWith({ 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' }, { kind: 1 }),
    spanWith({ 'gen_ai.operation.name': 'chat', ...OPENAI }),
  ];
  expect(fate(spans)).toEqual({ kinds: ['workflow', 'agent', 'tool', 'call'], inputTokens: [0, 0, 0, 1000] });
});

test.each(['ai 4', 'ai 5', 'ai 6'])('of %s the inner span is billed and the outer one is not', (version) => {
  const { kinds, inputTokens } = fate(recordedSpans('vercel-ai', `${version}.`).filter(isAboutText));
  expect(kinds).toEqual(['call', 'framework', 'call', 'framework']);
  expect(inputTokens).toEqual([1000, 0, 1000, 0]);
});

function isAboutText(span: Span): boolean {
  return String(span.attributes.get('ai.operationId')).startsWith('ai.generateText');
}

test('of AI SDK 7 the chat span is billed, not the step or the agent above it', () => {
  const { kinds, inputTokens } = fate(recordedSpans('otel-genai', 'ai 7.'));
  expect(kinds).toEqual(['call', 'agent', 'agent', 'call', 'agent', 'agent']);
  expect(inputTokens).toEqual([1000, 0, 0, 1000, 0, 0]);
});

test('of two model spans over each other both are calls with their parent, for the ledger to tell', () => {
  const outer = spanWith(
    { 'openinference.span.kind': 'LLM', 'llm.model_name': 'gpt-4o', 'llm.token_count.prompt': 1000 },
    {
      kind: 1,
      spanId: 'aa'.repeat(8),
      scope: { name: '@arizeai/openinference-instrumentation-langchain', version: '1' },
    },
  );
  const inner = spanWith(
    { 'openinference.span.kind': 'LLM', 'llm.provider': 'openai', 'llm.token_count.prompt': 1000 },
    { kind: 1, spanId: 'bb'.repeat(8), parentSpanId: 'aa'.repeat(8) },
  );
  expect(fate([outer, inner]).kinds).toEqual(['call', 'call']);
  expect(normalise(inner)).toMatchObject({ call: { parentSpanId: outer.spanId } });
});

test('what the sender says of its own span stands above what the operation says', () => {
  const stated = spanWith({ 'gen_ai.operation.name': 'chat', 'costspan.billable': true, ...OPENAI });
  const denied = spanWith({ 'gen_ai.operation.name': 'chat', 'costspan.billable': false, ...OPENAI });
  expect(normalise(stated)).toMatchObject({ call: { billableStated: true } });
  expect(normalise(denied)).toMatchObject({ kind: 'context', context: { kind: 'framework', operation: 'chat' } });
  const unsaid = normalise(spanWith({ 'gen_ai.operation.name': 'chat', ...OPENAI }));
  expect(unsaid.kind === 'call' && unsaid.call).not.toHaveProperty('billableStated');
});

test('a context span keeps its place in the trace, its name and its outcome', () => {
  const span = spanWith(
    { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'planner', 'gen_ai.conversation.id': 'talk-1' },
    { parentSpanId: 'ef'.repeat(8), statusCode: 2, resource: { attributes: new Map([['service.name', 'api']]) } },
  );
  expect(normalise(span)).toEqual({
    kind: 'context',
    context: {
      traceId: 'ab'.repeat(16),
      spanId: 'cd'.repeat(8),
      parentSpanId: 'ef'.repeat(8),
      startedAtUs: 1_760_000_000_000_000,
      durationUs: 1_000_000,
      kind: 'agent',
      operation: 'invoke_agent',
      name: 'planner',
      dialect: 'otel-genai',
      outcome: 'error',
      serviceName: 'api',
      conversationId: 'talk-1',
    },
  });
});

test('a context span that has no place in a trace is left out', () => {
  expect(normalise(spanWith({ 'gen_ai.operation.name': 'invoke_agent' }, { traceId: '' })).kind).toBe('other');
});
