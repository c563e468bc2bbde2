/** What decides which spans of a trace stand for which provider call. */
export interface CallNode {
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly responseId: string | undefined;
  readonly startedAtUs: number;
  readonly durationUs: number;
  readonly operation: string;
  readonly dialect: string | undefined;
  /** Somebody knows the counts, by report or estimate. */
  readonly hasUsage: boolean;
  /** The sender marked this span as the billed one. */
  readonly isStated: boolean;
}

/**
 * The calls of one trace that are billed; the others are the same provider calls, seen by a library further out. Depends
 * on the set of spans alone, never on the order in which they came.
 *
 * 1. A call and the call that is its parent are one provider call, unless their operations say that they do different
 *    work. The inner one is billed: the children take the place of their parent, all of them, since retries are
 *    children too. But usage is never lost: where no child has any and the parent does, the parent stands for them.
 * 2. Calls that are left with the same response id, and that ran at the same time, are one provider call. The best of
 *    them is billed: one with usage, then one that speaks its provider's own dialect, then the one that started last.
 * 3. A stated call always stays, and takes the place of the unstated ones above and below it under the same two rules.
 */
export function billedCalls<Node extends CallNode>(nodes: readonly Node[]): Set<Node> {
  const inner = innermost(nodes);
  const byResponse = Map.groupBy(
    [...inner].filter(({ responseId }) => responseId !== undefined && responseId !== ''),
    ({ responseId }) => responseId,
  );
  for (const same of byResponse.values()) {
    if (same.length < 2) continue;
    for (const overlapping of overlaps(same)) {
      for (const node of supersededBySame(overlapping)) inner.delete(node);
    }
  }
  return inner;
}

/** What is known of the calls below a call, itself included. */
interface Below<Node> {
  /** Unstated calls that stand so far. */
  open: Node[];
  hasStatedUsage: boolean;
}

/** Rules 1 and 3 along the links from parent to child. */
function innermost<Node extends CallNode>(nodes: readonly Node[]): Set<Node> {
  const bySpan = new Map(nodes.map((node) => [node.spanId, node]));
  const parents = parentsOf(nodes, bySpan);
  const billed = new Set<Node>();
  const below = new Map<Node, Below<Node>>();
  for (const node of fromTheLeaves(nodes, parents)) {
    const found = below.get(node);
    const rest = found === undefined ? leaf(node) : within(node, found);
    if (node.isStated) billed.add(node);
    const parent = parents.get(node);
    if (parent === undefined) {
      for (const left of rest.open) billed.add(left);
      continue;
    }
    const beside = below.get(parent);
    below.set(parent, beside === undefined ? rest : merged(beside, rest));
  }
  return billed;
}

function leaf<Node extends CallNode>(node: Node): Below<Node> {
  return node.isStated ? { open: [], hasStatedUsage: node.hasUsage } : { open: [node], hasStatedUsage: false };
}

function within<Node extends CallNode>(node: Node, { open, hasStatedUsage }: Below<Node>): Below<Node> {
  if (node.isStated) {
    const kept = node.hasUsage ? [] : open.filter(({ hasUsage }) => hasUsage);
    return { open: kept, hasStatedUsage: hasStatedUsage || node.hasUsage };
  }
  const usageBelow = hasStatedUsage || open.some(({ hasUsage }) => hasUsage);
  return { open: node.hasUsage && !usageBelow ? [node] : open, hasStatedUsage };
}

function merged<Node>(a: Below<Node>, b: Below<Node>): Below<Node> {
  const [longer, shorter] = a.open.length < b.open.length ? [b.open, a.open] : [a.open, b.open];
  for (const node of shorter) longer.push(node);
  return { open: longer, hasStatedUsage: a.hasStatedUsage || b.hasStatedUsage };
}

/** The call that each call is linked to. A span that is its own ancestor, which only broken senders write, has none. */
function parentsOf<Node extends CallNode>(
  nodes: readonly Node[],
  bySpan: ReadonlyMap<string, Node>,
): ReadonlyMap<Node, Node> {
  const parents = new Map<Node, Node>();
  for (const node of nodes) {
    const parent = node.parentSpanId === undefined ? undefined : bySpan.get(node.parentSpanId);
    if (parent !== undefined && parent !== node && maySame(node.operation, parent.operation)) parents.set(node, parent);
  }
  const settled = new Set<Node>();
  for (const node of nodes) {
    const path = new Set<Node>();
    let at: Node | undefined = node;
    while (at !== undefined && !settled.has(at) && !path.has(at)) {
      path.add(at);
      at = parents.get(at);
    }
    if (at !== undefined && path.has(at)) {
      let cut: Node | undefined = at;
      while (cut !== undefined) {
        const next: Node | undefined = parents.get(cut);
        parents.delete(cut);
        cut = next;
      }
    }
    for (const seen of path) settled.add(seen);
  }
  return parents;
}

/** Every call after all of its children. */
function fromTheLeaves<Node>(nodes: readonly Node[], parents: ReadonlyMap<Node, Node>): Node[] {
  const waiting = new Map<Node, number>();
  for (const parent of parents.values()) waiting.set(parent, (waiting.get(parent) ?? 0) + 1);
  const order = nodes.filter((node) => !waiting.has(node));
  for (const node of order) {
    const parent = parents.get(node);
    if (parent === undefined) continue;
    const left = (waiting.get(parent) as number) - 1;
    waiting.set(parent, left);
    if (left === 0) order.push(parent);
  }
  return order;
}

/** What a provider is asked for. Operations that are not here may be anything. */
const WORK: Readonly<Record<string, string>> = {
  chat: 'text',
  text_completion: 'text',
  generate_content: 'text',
  embeddings: 'embeddings',
  rerank: 'rerank',
  image_generation: 'image',
  image_edit: 'image',
  speech: 'speech',
  transcription: 'transcription',
  translation: 'transcription',
  moderation: 'moderation',
  ocr: 'ocr',
};

function maySame(a: string, b: string): boolean {
  const [workA, workB] = [WORK[a], WORK[b]];
  return workA === undefined || workB === undefined || workA === workB;
}

/** Sets of calls that ran at the same time. Small providers number their answers from 1 again and again. */
function overlaps<Node extends CallNode>(nodes: readonly Node[]): Node[][] {
  const sets: Node[][] = [];
  let endUs = Number.NEGATIVE_INFINITY;
  for (const node of nodes.toSorted((a, b) => a.startedAtUs - b.startedAtUs)) {
    if (node.startedAtUs > endUs) sets.push([]);
    (sets.at(-1) as Node[]).push(node);
    endUs = Math.max(endUs, node.startedAtUs + node.durationUs);
  }
  return sets;
}

function supersededBySame<Node extends CallNode>(nodes: readonly Node[]): Node[] {
  const [best, ...others] = nodes.filter(({ isStated }) => !isStated).sort(bestFirst);
  if (best === undefined) return [];
  const stated = nodes.filter(({ isStated }) => isStated);
  const bestStays = stated.length === 0 || (best.hasUsage && !stated.some(({ hasUsage }) => hasUsage));
  return bestStays ? others : [best, ...others];
}

function bestFirst(a: CallNode, b: CallNode): number {
  return (
    Number(b.hasUsage) - Number(a.hasUsage) ||
    Number(isProvidersOwn(b)) - Number(isProvidersOwn(a)) ||
    b.startedAtUs - a.startedAtUs ||
    a.durationUs - b.durationUs ||
    (a.spanId < b.spanId ? -1 : 1)
  );
}

function isProvidersOwn({ dialect }: CallNode): boolean {
  return dialect?.endsWith('-native') === true;
}
