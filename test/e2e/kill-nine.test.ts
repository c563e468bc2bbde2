import { afterEach, expect, test } from 'vitest';
import { type Running, scratchDirectory, startCostspan } from './costspan-process.ts';
import { chatSpan, otlpRequest, sendOtlp } from './otlp.ts';
import { allCalls, queryUsage } from './usage-api.ts';

/** A hundred take some four minutes. */
const ROUNDS = Number(process.env['COSTSPAN_KILL_ROUNDS'] ?? 20);
const SENDERS = 4;
const SPANS_PER_REQUEST = 50;
/** 1,000 tokens in at 0.15 and 200 out at 0.6 USD per million. */
const COST_PER_SPAN_USD = 0.000_27;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

test(
  `${ROUNDS} times kill -9 under senders that try again: every call is there once, and what they cost adds up`,
  async () => {
    const data = await scratchDirectory();
    cleanups.push(data.remove);
    const up = new Incarnations(data.path);
    cleanups.push(() => up.kill());
    await up.start();
    const finish = { now: false };
    const senders = Array.from({ length: SENDERS }, (_, lane) => sendAndTryAgain(up, lane, finish));
    for (let round = 0; round < ROUNDS; round += 1) {
      // The moment differs from round to round, so that every stage of a commit is hit over time.
      await new Promise((resolve) => setTimeout(resolve, 20 + ((round * 37) % 400)));
      await up.kill();
      await up.start();
    }
    finish.now = true;
    const acknowledged = (await Promise.all(senders)).flat();
    expect(acknowledged.length).toBeGreaterThan(ROUNDS * SPANS_PER_REQUEST);

    const { url } = await up.current();
    const kept = (await allCalls(url)).map((call) => call.id);
    expect(kept.length).toBe(acknowledged.length);
    expect(new Set(kept)).toEqual(new Set(acknowledged));
    const { total } = await queryUsage(url, { metrics: ['calls', 'cost'] });
    expect(total['calls']).toBe(acknowledged.length);
    expect(total['cost']).toBe(String(Number((acknowledged.length * COST_PER_SPAN_USD).toFixed(6))));
  },
  60_000 + ROUNDS * 10_000,
);

/** One data directory, and the process that has it now. */
class Incarnations {
  readonly #data: string;
  #running: Promise<Running> | undefined;

  constructor(data: string) {
    this.#data = data;
  }

  async start(): Promise<void> {
    this.#running = startCostspan(['up', '--data', this.#data]);
    await this.#running;
  }

  async kill(): Promise<void> {
    await (await this.#running)?.stop('SIGKILL');
  }

  async current(): Promise<Running> {
    return (await this.#running) as Running;
  }
}

/** Sends request after request, each until somebody acknowledges it. @returns the ids of all spans, acknowledged. */
async function sendAndTryAgain(
  up: Incarnations,
  lane: number,
  finish: { readonly now: boolean },
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let request = 0; !finish.now; request += 1) {
    const spans = Array.from({ length: SPANS_PER_REQUEST }, (_, index) =>
      chatSpan(`customer-${index % 5}`, idsOf(lane, request, index)),
    );
    const body = JSON.stringify(otlpRequest(spans));
    while (!(await isAcknowledged(up, body))) await new Promise((resolve) => setTimeout(resolve, 20));
    ids.push(...spans.map(({ traceId, spanId }) => `${traceId}-${spanId}`));
  }
  return ids;
}

async function isAcknowledged(up: Incarnations, body: string): Promise<boolean> {
  try {
    const response = await sendOtlp((await up.current()).url, body);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

function idsOf(lane: number, request: number, index: number): { readonly traceId: string; readonly spanId: string } {
  const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');
  return { traceId: `${hex(lane + 1, 16)}${hex(request, 16)}`, spanId: hex(index + 1, 16) };
}
