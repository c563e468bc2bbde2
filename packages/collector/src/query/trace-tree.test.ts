import { formatMoney, parseMoney, sumMoney } from '@costspan/usage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ContextSpan, TraceSpans } from '../ledger/ledger.ts';
import { traceTree } from './trace-tree.ts';

const TRACE = 'a'.repeat(32);
const id = (n: number) => n.toString(16).padStart(16, '0');

function context(n: number, parent: number | undefined, kind: ContextSpan['kind'] = 'agent'): ContextSpan {
  return {
    traceId: TRACE,
    spanId: id(n),
    ...(parent === undefined ? {} : { parentSpanId: id(parent) }),
    startedAtUs: 1_000_000 + n,
    durationUs: 1000,
    kind,
    operation: 'invoke_agent',
    name: `span ${n}`,
    dialect: 'otel-genai',
    outcome: 'ok',
  };
}

function call(n: number, parent: number | undefined, cost: string | null): TraceSpans['calls'][number] {
  return {
    id: `${TRACE}-${id(n)}`,
    parent_span_id: parent === undefined ? null : id(parent),
    started_at: `1970-01-01T00:00:01.${String(n).padStart(6, '0')}Z`,
    duration_ms: 1,
    provider: 'openai',
    model: 'gpt-4o',
    request_model: null,
    operation: 'chat',
    outcome: 'ok',
    service: null,
    tags: {},
    usage: { input_tokens: 10, output_tokens: 1 },
    usage_status: 'reported',
    cost,
    currency: 'USD',
    cost_status: cost === null ? 'unpriced' : 'priced',
    dialect: null,
    conversation_id: null,
    prompt_id: null,
    prompt_version: null,
    agent: null,
    workflow: null,
    max_tokens: null,
    temperature: null,
    late: false,
  };
}

const tree = (contexts: ContextSpan[], calls: TraceSpans['calls'] = []) =>
  traceTree(TRACE, { contexts, calls, isTruncated: false });

test('each span has its own cost and that of all below it', () => {
  const { spans, total } = tree(
    [context(1, undefined, 'workflow'), context(2, 1), context(5, 1, 'tool')],
    [call(3, 2, '0.1'), call(4, 2, null), call(6, 1, '0.02')],
  );
  expect(spans.map((span) => [Number(`0x${span.span_id}`), span.depth, span.own.cost, span.whole.cost])).toEqual([
    [1, 0, '0', '0.12'],
    [2, 1, '0', '0.1'],
    [3, 2, '0.1', '0.1'],
    [4, 2, null, null],
    [5, 1, '0', '0'],
    [6, 1, '0.02', '0.02'],
  ]);
  expect(total).toEqual({ calls: 3, cost: '0.12', unpriced_calls: 1, input_tokens: 30, output_tokens: 3 });
});

test('a span whose parent the ledger does not know stands at the top', () => {
  const { spans } = tree([context(2, 99)], [call(3, 2, '0.1')]);
  expect(spans.map((span) => [span.depth, span.is_parent_missing, span.parent_span_id])).toEqual([
    [0, true, null],
    [1, false, id(2)],
  ]);
});

test('a circle is cut above its first span, and nothing is counted twice', () => {
  const { spans, total } = tree([context(1, 2), context(2, 3), context(3, 1), context(7, 7)], [call(4, 3, '0.1')]);
  expect(spans.map((span) => [Number(`0x${span.span_id}`), span.depth, span.is_in_circle, span.whole.cost])).toEqual([
    [1, 0, true, '0.1'],
    [3, 1, true, '0.1'],
    [2, 2, true, '0'],
    [4, 2, false, '0.1'],
    [7, 0, true, '0'],
  ]);
  expect(total.cost).toBe('0.1');
});

test('a call in another currency is in no sum', () => {
  const { total } = tree([], [{ ...call(1, undefined, '5'), currency: 'EUR' }]);
  expect(total).toMatchObject({ calls: 1, cost: null, unpriced_calls: 1 });
});

test('ten thousand spans below each other are read without a deep stack', () => {
  const { spans } = tree(Array.from({ length: 10_000 }, (_, n) => context(n + 1, n === 0 ? undefined : n)));
  expect(spans.at(-1)?.depth).toBe(9_999);
  expect(JSON.stringify(spans).length).toBeGreaterThan(10_000);
});

test('any links make a tree: every span once, after its parent, and what is at the top adds up to the total', () => {
  const link = fc.record({
    isCall: fc.boolean(),
    parent: fc.option(fc.nat(14), { nil: undefined }),
    cost: fc.constantFrom(null, '0.1', '0.003'),
  });
  fc.assert(
    fc.property(fc.array(link, { minLength: 1, maxLength: 12 }), (links) => {
      const all = links.map((each, index) => ({ ...each, n: index + 1 }));
      const { spans, total } = tree(
        all.filter(({ isCall }) => !isCall).map(({ n, parent }) => context(n, parent)),
        all.filter(({ isCall }) => isCall).map(({ n, parent, cost }) => call(n, parent, cost)),
      );
      expect(new Set(spans.map((span) => span.span_id)).size).toBe(links.length);
      for (const [index, span] of spans.entries()) {
        const parent = spans.findIndex((other) => other.span_id === span.parent_span_id);
        expect(parent < index && parent >= 0 === (span.parent_span_id !== null)).toBe(true);
      }
      const money = (text: string | null) => parseMoney(text ?? '0');
      const tops = spans.filter(({ depth }) => depth === 0);
      expect(formatMoney(sumMoney(tops.map(({ whole }) => money(whole.cost))))).toBe(formatMoney(money(total.cost)));
      expect(tops.reduce((sum, { whole }) => sum + whole.calls, 0)).toBe(total.calls);
    }),
  );
});
