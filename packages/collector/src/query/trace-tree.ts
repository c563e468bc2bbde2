import { type Atto, formatMoney, parseMoney, ZERO } from '@costspan/usage';
import type { ContextSpan, TraceSpans } from '../ledger/ledger.ts';
import type { CallSummary } from './calls-query.ts';
import { formatInstantUs } from './instants.ts';

/** What the calls of a span, or of a span and all below it, add up to. Calls in another currency than USD count as unpriced. */
export interface TraceSums {
  readonly calls: number;
  /** Decimal string; `null` when there are calls and the cost of none is known. */
  readonly cost: string | null;
  readonly unpriced_calls: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

/** A span of a trace. Spans stand in the order in which a tree is read: each before its children, by their starts. */
export interface TraceNode {
  readonly span_id: string;
  /** The span above in this tree; `null` at the top. */
  readonly parent_span_id: string | null;
  /** Spans above it. */
  readonly depth: number;
  /** `call` is billed, the others are not. */
  readonly kind: 'call' | ContextSpan['kind'];
  readonly name: string | null;
  readonly operation: string;
  readonly started_at: string;
  readonly duration_ms: number;
  readonly outcome: string;
  readonly service: string | null;
  /** It names a parent that the ledger does not know, such as a span that is about no model. */
  readonly is_parent_missing: boolean;
  /** Its parents lead back to itself; the circle was cut above it. */
  readonly is_in_circle: boolean;
  readonly own: TraceSums;
  /** Its own and all below it. */
  readonly whole: TraceSums;
  /** The call itself, where it is one. */
  readonly call: CallSummary | null;
}

export interface TraceAnswer {
  readonly trace_id: string;
  readonly started_at: string;
  readonly total: TraceSums;
  readonly spans: readonly TraceNode[];
  /** There are more spans than are shown. */
  readonly is_truncated: boolean;
}

interface Sums {
  calls: number;
  priced: number;
  cost: Atto;
  input: number;
  output: number;
}

interface Node {
  readonly spanId: string;
  readonly statedParent: string | null;
  readonly startedAt: string;
  readonly children: Node[];
  readonly words: Pick<TraceNode, 'kind' | 'name' | 'operation' | 'duration_ms' | 'outcome' | 'service' | 'call'>;
  readonly own: Sums;
  readonly whole: Sums;
  parent: Node | undefined;
  isInCircle: boolean;
}

/** Puts the spans of a trace under each other and adds up what is below each. Any links make a tree: circles are cut, orphans stand at the top. */
export function traceTree(traceId: string, { calls, contexts, isTruncated }: TraceSpans): TraceAnswer {
  const nodes = new Map<string, Node>();
  for (const node of [...contexts.map(contextNode), ...calls.map(callNode)]) nodes.set(node.spanId, node);
  const inOrder = [...nodes.values()].sort(byStart);
  for (const node of inOrder) node.parent = node.statedParent === null ? undefined : nodes.get(node.statedParent);
  cutCircles(inOrder);
  for (const node of inOrder) node.parent?.children.push(node);
  const read = preorder(inOrder.filter((node) => node.parent === undefined));
  // From the last to the first, every child comes before its parent.
  for (const { node } of read.toReversed()) if (node.parent !== undefined) add(node.parent.whole, node.whole);
  const total = nothing();
  for (const { node } of read) add(total, node.own);
  return {
    trace_id: traceId,
    started_at: inOrder[0]?.startedAt ?? '',
    total: told(total),
    spans: read.map(({ node, depth }) => ({
      span_id: node.spanId,
      parent_span_id: node.parent?.spanId ?? null,
      depth,
      ...node.words,
      started_at: node.startedAt,
      is_parent_missing: node.statedParent !== null && !nodes.has(node.statedParent),
      is_in_circle: node.isInCircle,
      own: told(node.own),
      whole: told(node.whole),
    })),
    is_truncated: isTruncated,
  };
}

/** Each circle of parents is cut above its first span in order of time. */
function cutCircles(inOrder: readonly Node[]): void {
  const walkOf = new Map<Node, number>();
  for (const [walk, start] of inOrder.entries()) {
    for (let at: Node | undefined = start; at !== undefined && (walkOf.get(at) ?? walk) === walk; at = at.parent) {
      if (!walkOf.has(at)) {
        walkOf.set(at, walk);
        continue;
      }
      const circle: Node[] = [at];
      for (let next = at.parent as Node; next !== at; next = next.parent as Node) circle.push(next);
      const first = circle.sort(byStart)[0] as Node;
      for (const node of circle) node.isInCircle = true;
      first.parent = undefined;
      break;
    }
  }
}

function preorder(tops: readonly Node[]): { readonly node: Node; readonly depth: number }[] {
  const read: { node: Node; depth: number }[] = [];
  const ahead = tops.map((node) => ({ node, depth: 0 })).reverse();
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    const { node, depth } = next;
    read.push(next);
    for (const child of node.children.toReversed()) ahead.push({ node: child, depth: depth + 1 });
  }
  return read;
}

function byStart(a: Node, b: Node): number {
  return compare(a.startedAt, b.startedAt) || compare(a.spanId, b.spanId);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function contextNode(span: ContextSpan): Node {
  const { kind, name = null, operation, outcome, serviceName: service = null } = span;
  return {
    ...fresh(span.spanId, span.parentSpanId ?? null, withMicros(formatInstantUs(span.startedAtUs)), nothing()),
    words: { kind, name, operation, duration_ms: span.durationUs / 1000, outcome, service, call: null },
  };
}

function callNode({ parent_span_id, ...call }: TraceSpans['calls'][number]): Node {
  const isPriced = call.cost !== null && call.currency === 'USD';
  const own: Sums = {
    calls: 1,
    priced: isPriced ? 1 : 0,
    cost: isPriced ? parseMoney(call.cost as string) : ZERO,
    input: call.usage.input_tokens ?? 0,
    output: call.usage.output_tokens ?? 0,
  };
  const { operation, duration_ms, outcome, service, model: name } = call;
  return {
    ...fresh(call.id.slice(-16), parent_span_id, withMicros(call.started_at), own),
    words: { kind: 'call', name, operation, duration_ms, outcome, service, call },
  };
}

function fresh(spanId: string, statedParent: string | null, startedAt: string, own: Sums): Omit<Node, 'words'> {
  return {
    spanId,
    statedParent,
    startedAt,
    own,
    whole: { ...own },
    children: [],
    parent: undefined,
    isInCircle: false,
  };
}

/** Always six digits, so that texts are in order of time. */
function withMicros(instant: string): string {
  return instant.replace(/(\.\d{3})Z$/, '$1000Z');
}

function nothing(): Sums {
  return { calls: 0, priced: 0, cost: ZERO, input: 0, output: 0 };
}

function add(to: Sums, sums: Sums): void {
  to.calls += sums.calls;
  to.priced += sums.priced;
  to.cost = (to.cost + sums.cost) as Atto;
  to.input += sums.input;
  to.output += sums.output;
}

function told(sums: Sums): TraceSums {
  return {
    calls: sums.calls,
    cost: sums.calls > 0 && sums.priced === 0 ? null : formatMoney(sums.cost),
    unpriced_calls: sums.calls - sums.priced,
    input_tokens: sums.input,
    output_tokens: sums.output,
  };
}
