import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { billedCalls, type CallNode } from './billed-calls.ts';

/** A call without usage is one that failed or that its library could not read. */
function call(spanId: string, parentSpanId?: string, more: Partial<CallNode> = {}): CallNode {
  return {
    spanId,
    parentSpanId,
    responseId: undefined,
    startedAtUs: 0,
    durationUs: 1000,
    operation: 'chat',
    dialect: 'otel-genai',
    hasUsage: true,
    isStated: false,
    ...more,
  };
}

const noUsage = { hasUsage: false } as const;
const stated = { isStated: true } as const;
const answer = (responseId: string, startedAtUs = 0) => ({ responseId, startedAtUs });

const CASES: readonly [name: string, nodes: CallNode[], billed: string[]][] = [
  ['a call alone is billed', [call('a')], ['a']],
  ['calls beside each other are all billed', [call('a', 'agent'), call('b', 'agent')], ['a', 'b']],
  ['of a call and its child the child is billed', [call('a'), call('b', 'a')], ['b']],
  ['of three in a row the innermost is billed', [call('a'), call('b', 'a'), call('c', 'b')], ['c']],
  ['two children take the place of their parent', [call('a'), call('b', 'a'), call('c', 'a')], ['b', 'c']],
  [
    'a failed attempt stays beside the one that worked',
    [call('a'), call('b', 'a', noUsage), call('c', 'a')],
    ['b', 'c'],
  ],
  ['where no child has usage the parent stands for them', [call('a'), call('b', 'a', noUsage)], ['a']],
  ['where nobody has usage the child is the call', [call('a', undefined, noUsage), call('b', 'a', noUsage)], ['b']],
  [
    'usage two levels down counts through one that has none',
    [call('a'), call('b', 'a', noUsage), call('c', 'b')],
    ['c'],
  ],
  ['an embedding below a chat is another call', [call('a'), call('b', 'a', { operation: 'embeddings' })], ['a', 'b']],
  [
    'an operation nobody knows may be the chat around it',
    [call('a'), call('b', 'a', { operation: 'acompletion' })],
    ['b'],
  ],
  ['a stated call takes the place of its parent', [call('a'), call('b', 'a', stated)], ['b']],
  ['a stated call takes the place of its child', [call('a', undefined, stated), call('b', 'a')], ['a']],
  ['a stated call takes the place of all below it', [call('a', 'x', stated), call('b', 'a'), call('c', 'b')], ['a']],
  ['two stated calls are two calls', [call('a', undefined, stated), call('b', 'a', stated)], ['a', 'b']],
  [
    'one between two stated calls is neither',
    [call('a', undefined, stated), call('b', 'a'), call('c', 'b', stated)],
    ['a', 'c'],
  ],
  [
    'a stated call without usage keeps the child that has it',
    [call('a', undefined, { ...stated, ...noUsage }), call('b', 'a')],
    ['a', 'b'],
  ],
  [
    'a stated call without usage keeps the parent that has it',
    [call('a'), call('b', 'a', { ...stated, ...noUsage })],
    ['a', 'b'],
  ],
  [
    'one answer seen twice is one call: the later start is nearer',
    [call('a', 'x', answer('r')), call('b', 'y', answer('r', 5))],
    ['b'],
  ],
  [
    'of one answer the provider’s own dialect is billed',
    [call('a', 'x', { ...answer('r'), dialect: 'anthropic-native' }), call('b', 'y', answer('r', 5))],
    ['a'],
  ],
  [
    'of one answer the one with usage is billed',
    [call('a', 'x', answer('r')), call('b', 'y', { ...answer('r', 5), ...noUsage })],
    ['a'],
  ],
  [
    'of one answer the stated one is billed',
    [call('a', 'x', { ...answer('r'), ...stated }), call('b', 'y', answer('r', 5))],
    ['a'],
  ],
  [
    'the same response id at another time is another answer',
    [call('a', 'x', answer('chatcmpl-1')), call('b', 'y', answer('chatcmpl-1', 1001))],
    ['a', 'b'],
  ],
  ['an empty response id says nothing', [call('a', 'x', answer('')), call('b', 'y', answer(''))], ['a', 'b']],
  ['a span that is its own parent is billed', [call('a', 'a')], ['a']],
  ['spans that are each other’s parents are billed', [call('a', 'b'), call('b', 'a')], ['a', 'b']],
];

describe.each(CASES)('%s', (_, nodes, expected) => {
  test('in the order given and in the other one', () => {
    expect(spans(billedCalls(nodes))).toEqual(expected);
    expect(spans(billedCalls(nodes.toReversed()))).toEqual(expected);
  });
});

const trace = fc
  .array(
    fc.record({
      parent: fc.option(fc.nat(9), { nil: undefined }),
      responseId: fc.constantFrom(undefined, undefined, 'r1', 'r2', ''),
      startedAtUs: fc.nat(5),
      durationUs: fc.nat(5),
      operation: fc.constantFrom('chat', 'chat', 'embeddings', 'acompletion'),
      dialect: fc.constantFrom('otel-genai', 'anthropic-native'),
      hasUsage: fc.boolean(),
      isStated: fc.constantFrom(false, false, false, true),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((nodes) =>
    nodes.map(
      ({ parent, ...node }, index): CallNode => ({
        ...node,
        spanId: String(index),
        parentSpanId: parent === undefined ? undefined : String(parent),
      }),
    ),
  );

test('which calls are billed does not depend on the order of the spans', () => {
  fc.assert(
    fc.property(
      trace.chain((nodes) => fc.tuple(fc.constant(nodes), fc.shuffledSubarray(nodes, { minLength: nodes.length }))),
      ([nodes, shuffled]) => {
        expect(spans(billedCalls(shuffled))).toEqual(spans(billedCalls(nodes)));
      },
    ),
    { numRuns: 2000 },
  );
});

test('something is billed, every stated call is, and usage that somebody knows is never lost', () => {
  fc.assert(
    fc.property(trace, (nodes) => {
      const billed = billedCalls(nodes);
      expect(billed.size).toBeGreaterThan(0);
      for (const node of nodes) if (node.isStated) expect(billed).toContain(node);
      if (nodes.some(({ hasUsage }) => hasUsage)) expect([...billed].some(({ hasUsage }) => hasUsage)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('no two unstated calls with usage that are billed are parent and child of the same work', () => {
  fc.assert(
    fc.property(trace, (nodes) => {
      const billed = billedCalls(nodes);
      const bySpan = new Map(nodes.map((node) => [node.spanId, node]));
      for (const node of billed) {
        const parent = bySpan.get(node.parentSpanId ?? '');
        // A loop of parents has no inside.
        if (parent === undefined || loops(node, bySpan) || parent.operation !== node.operation) continue;
        expect(billed.has(parent) && !parent.isStated && !node.isStated && node.hasUsage).toBe(false);
      }
    }),
    { numRuns: 2000 },
  );
});

test('ten thousand calls nested in each other are one call', () => {
  const nodes = Array.from({ length: 10_000 }, (_, n) => call(String(n), n === 0 ? undefined : String(n - 1)));
  expect(spans(billedCalls(nodes))).toEqual(['9999']);
});

function spans(nodes: Iterable<CallNode>): string[] {
  return [...nodes].map(({ spanId }) => spanId).sort();
}

function loops(node: CallNode, bySpan: ReadonlyMap<string, CallNode>): boolean {
  const seen = new Set<CallNode>();
  for (let at: CallNode | undefined = node; at !== undefined; at = bySpan.get(at.parentSpanId ?? '')) {
    if (seen.has(at)) return true;
    seen.add(at);
  }
  return false;
}
