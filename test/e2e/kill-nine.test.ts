import { afterEach, expect, test } from 'vitest';
import { scratchDirectory, startCostspan } from './costspan-process.ts';
import { chatSpan, otlpRequest, sendOtlp } from './otlp.ts';
import { allCalls } from './usage-api.ts';

const ROUNDS = 20;
const SPANS_PER_REQUEST = 50;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

test(`${ROUNDS} times kill -9 during ingest: every acknowledged call is there once`, async () => {
  const data = await scratchDirectory();
  cleanups.push(data.remove);
  const acknowledged = new Set<string>();
  const sent = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const collector = await startCostspan(['up', '--data', data.path]);
    cleanups.push(() => collector.stop('SIGKILL'));
    const senders = Array.from({ length: 4 }, (_, sender) =>
      sendUntilItDies(collector.url, `${round}-${sender}`, sent, acknowledged),
    );
    // The moment differs from round to round, so that every stage of a commit is hit over time.
    await new Promise((resolve) => setTimeout(resolve, 20 + round * 17));
    await collector.stop('SIGKILL');
    await Promise.all(senders);
  }
  expect(acknowledged.size).toBeGreaterThan(ROUNDS * SPANS_PER_REQUEST);

  const collector = await startCostspan(['up', '--data', data.path]);
  cleanups.push(() => collector.stop('SIGKILL'));
  const kept = (await allCalls(collector.url)).map((call) => call.id);
  expect(new Set(kept).size).toBe(kept.length);
  const keptOnce = new Set(kept);
  expect([...acknowledged].filter((id) => !keptOnce.has(id))).toEqual([]);
  expect(kept.filter((id) => !sent.has(id))).toEqual([]);
}, 180_000);

async function sendUntilItDies(
  url: string,
  sender: string,
  sent: Set<string>,
  acknowledged: Set<string>,
): Promise<void> {
  for (let request = 0; ; request += 1) {
    const spans = Array.from({ length: SPANS_PER_REQUEST }, (_, index) =>
      chatSpan(`customer-${index % 5}`, idsOf(sender, request, index)),
    );
    const ids = spans.map(({ traceId, spanId }) => `${traceId}-${spanId}`);
    for (const id of ids) sent.add(id);
    try {
      const response = await sendOtlp(url, otlpRequest(spans));
      await response.arrayBuffer();
      if (!response.ok) return;
    } catch {
      return;
    }
    for (const id of ids) acknowledged.add(id);
  }
}

function idsOf(sender: string, request: number, index: number): { readonly traceId: string; readonly spanId: string } {
  const [round = '0', lane = '0'] = sender.split('-');
  const hex = (value: number | string, width: number): string => Number(value).toString(16).padStart(width, '0');
  return { traceId: `${hex(Number(round) + 1, 8)}${hex(lane, 8)}${hex(request, 16)}`, spanId: hex(index + 1, 16) };
}
