import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig, startCollector } from '@costspan/collector';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FakeAgent, startFakeAgent } from '../testing/fake-agent.ts';
import { runApp } from '../testing/run-app.ts';
import { readVectorSpans, VECTOR_TAG, type VectorSpans } from '../testing/vector-spans.ts';

// The cost engine's own vectors, as spans: what a real dd-trace sends to its Agent, what the collector keeps of the same span,
// and what the vector says, are one string.

interface CollectedCall {
  readonly cost: string | null;
  readonly cost_status: string;
  readonly tags: Readonly<Record<string, string>>;
}

const FILES = readVectorSpans();
const SPANS = FILES.flatMap(({ spans }) => spans);

interface Priced {
  readonly total: string | null;
  readonly status: string | undefined;
}

const collected = new Map<string, Priced>();
const folder = mkdtempSync(join(tmpdir(), 'costspan-vectors-'));
let agent: FakeAgent;
beforeAll(async () => {
  agent = await startFakeAgent();
  for (const file of FILES) for (const [key, priced] of await atCollector(file)) collected.set(key, priced);
});
afterAll(async () => {
  await agent.close();
  rmSync(folder, { recursive: true, force: true });
});

test('nearly every vector can be said by a span', () => {
  const unsaid = FILES.flatMap((file) => [...file.unsaid.values()]);
  expect(SPANS.filter(({ key }) => !key.endsWith(' plugin')).length).toBeGreaterThanOrEqual(600);
  expect(SPANS.filter(({ key }) => key.endsWith(' plugin')).length).toBeGreaterThanOrEqual(300);
  expect(unsaid.length).toBeLessThanOrEqual(25);
});

describe.each(['5', '6'])('with dd-trace %s', (major) => {
  test('every vector costs on the span what it costs at the collector, to the last digit', async () => {
    agent.spans.length = 0;
    const { figures } = await runApp(
      'vector-spans.mjs',
      { DD_MAJOR: major, AGENT: agent.url },
      () => agent.spans.length >= SPANS.length,
    );
    expect(figures).toEqual({ calls: SPANS.length, failed: 0 });
    const traced = new Map(
      agent.spans.map(({ meta }) => [
        meta[`costspan.tag.${VECTOR_TAG}`] ?? '',
        { total: meta['costspan.cost.total_exact'] ?? null, status: meta['costspan.cost.status'] },
      ]),
    );
    const differing = SPANS.flatMap(({ key, id, expected }) => {
      const here = traced.get(key);
      const there = collected.get(key);
      const isOne =
        here !== undefined &&
        there !== undefined &&
        here.total === there.total &&
        here.status === there.status &&
        here.total === expected.total;
      return isOne ? [] : [{ id, here, there, expected }];
    });
    expect(differing).toEqual([]);
  });
});

async function atCollector({ name, layers, fx, spans }: VectorSpans): Promise<ReadonlyMap<string, Priced>> {
  const cards = layers.filter((layer) => layer !== 'base').map((layer, index) => written(`${name}-${index}`, layer));
  const config = {
    listen: '127.0.0.1:0',
    grpcListen: 'none',
    data: ':memory:',
    cards,
    ...(fx === undefined ? {} : { fx: written(`${name}-fx`, fx) }),
  };
  const collector = await startCollector(parseConfig(JSON.stringify(config), name, {}));
  try {
    const response = await fetch(`${collector.url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        resourceSpans: [{ scopeSpans: [{ scope: { name: 'dd-trace-js' }, spans: spans.map(otlpSpan) }] }],
      }),
    });
    expect(response.status).toBe(200);
    const calls = await everyCall(collector.url);
    return new Map(
      calls.map(({ cost, cost_status: status, tags }) => [tags[VECTOR_TAG] ?? '', { total: cost, status }]),
    );
  } finally {
    await collector.close();
  }
}

async function everyCall(url: string): Promise<readonly CollectedCall[]> {
  const calls: CollectedCall[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const page = `/api/v1/calls?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&limit=500${cursor}`;
    const answer = (await (await fetch(url + page)).json()) as { calls: CollectedCall[]; next_cursor?: string | null };
    calls.push(...answer.calls);
    cursor = answer.next_cursor == null ? undefined : `&cursor=${encodeURIComponent(answer.next_cursor)}`;
  }
  return calls;
}

function written(name: string, content: object): string {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

function otlpSpan({ atMs, attributes }: VectorSpans['spans'][number], index: number): object {
  const id = (index + 1).toString(16);
  return {
    traceId: id.padStart(32, '0'),
    spanId: id.padStart(16, '0'),
    kind: 3,
    startTimeUnixNano: `${atMs}000000`,
    endTimeUnixNano: `${atMs + 1000}000000`,
    attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) })),
  };
}

function anyValue(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return { doubleValue: value };
}
