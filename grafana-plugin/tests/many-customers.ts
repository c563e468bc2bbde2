const SPANS_PER_REQUEST = 1000;
const DAY_MS = 86_400_000;

/** OTLP requests with one call of each of `count` customers, of sizes that differ and repeat with the same seed. */
export function* manyCustomers(count: number, nowMs: number): Generator<string> {
  const random = numbers(20261123);
  for (let first = 0; first < count; first += SPANS_PER_REQUEST) {
    const spans = Array.from({ length: Math.min(SPANS_PER_REQUEST, count - first) }, (_, index) => {
      const n = first + index;
      const startMs = nowMs - Math.floor(random() * 20 * DAY_MS) - 60_000;
      return {
        traceId: n.toString(16).padStart(32, 'a'),
        spanId: n.toString(16).padStart(16, 'b'),
        name: 'chat',
        kind: 3,
        startTimeUnixNano: `${startMs}000000`,
        endTimeUnixNano: `${startMs + 800}000000`,
        attributes: [
          text('gen_ai.operation.name', 'chat'),
          text('gen_ai.provider.name', 'openai'),
          text('gen_ai.request.model', 'gpt-4o-mini'),
          text('gen_ai.response.model', 'gpt-4o-mini'),
          whole('gen_ai.usage.input_tokens', 1 + Math.floor(random() * 90_000)),
          whole('gen_ai.usage.output_tokens', 1 + Math.floor(random() * 9_000)),
          text('costspan.tag.customer_id', `customer-${String(n).padStart(5, '0')}`),
        ],
      };
    });
    yield JSON.stringify({ resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ scope: {}, spans }] }] });
  }
}

/** One call a week ago whose customer is named like a script. */
export function hostileCall(nowMs: number): string {
  const startMs = nowMs - 7 * DAY_MS;
  const span = {
    traceId: 'c'.repeat(32),
    spanId: 'd'.repeat(16),
    name: 'chat',
    kind: 3,
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: `${startMs + 900}000000`,
    attributes: [
      text('gen_ai.operation.name', 'chat'),
      text('gen_ai.provider.name', 'openai'),
      text('gen_ai.request.model', 'gpt-4o-mini'),
      whole('gen_ai.usage.input_tokens', 10),
      whole('gen_ai.usage.output_tokens', 5),
      text('costspan.tag.customer_id', '<img src=x onerror="document.title=1">'),
    ],
  };
  return JSON.stringify({
    resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ scope: {}, spans: [span] }] }],
  });
}

function text(key: string, stringValue: string) {
  return { key, value: { stringValue } };
}

function whole(key: string, value: number) {
  return { key, value: { intValue: String(value) } };
}

/** Numbers from 0 to 1 that look random and are the same every time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
