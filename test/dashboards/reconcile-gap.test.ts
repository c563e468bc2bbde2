import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { scratchDirectory, startCostspan } from '../e2e/costspan-process.ts';
import { chatSpan, otlpRequest, sendOtlp } from '../e2e/otlp.ts';
import { queryOf, shown } from './panel-queries.ts';
import { isPrometheusMissing, PROMETHEUS_HINT, startPrometheus } from './prometheus-server.ts';
import { keptScrapes, type Scrape } from './scrapes.ts';

const NAME = 'a tenth of the cost that a restart took from the metrics is shown as 10 %, with its reasons';
/** The last scrape. Scrapes have given times, so that what is shown does not depend on how fast anything here is. */
const END_MS = Date.parse('2026-11-02T12:00:00Z');
const SCRAPE_INTERVAL_MS = 5_000;
const RANGE_S = 3_600;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

if (isPrometheusMissing) {
  test.skip(`${NAME} — ${PROMETHEUS_HINT}`, () => {});
} else {
  test(NAME, async () => {
    const data = await scratchDirectory();
    cleanups.push(data.remove);
    const start = async () => {
      const running = await startCostspan(['up', '--data', data.path]);
      cleanups.push(() => running.stop('SIGKILL'));
      return running;
    };
    const send = async (url: string, calls: number) => {
      const spans = Array.from({ length: calls }, () => chatSpan('acme'));
      expect((await sendOtlp(url, otlpRequest(spans))).status).toBe(200);
    };

    const first = await start();
    const empty = await metricsOnce(first.url, /^costspan_ledger_calls 0$/m);
    await send(first.url, 1);
    const one = await metricsOnce(first.url, /^costspan_calls_total\{.*\} 1$/m);
    await send(first.url, 899);
    const many = await metricsOnce(first.url, /^costspan_calls_total\{.*\} 900$/m);
    await send(first.url, 100);
    await first.stop('SIGTERM');
    const again = await metricsOnce((await start()).url, /^costspan_ledger_calls 1000$/m);

    const ago = (scrapes: number, text: string | undefined): Scrape => ({
      atMs: END_MS - scrapes * SCRAPE_INTERVAL_MS,
      text,
    });
    const count = (RANGE_S * 1000) / SCRAPE_INTERVAL_MS;
    const scrapes = [
      ago(count, empty),
      ago(count - 1, one),
      ...Array.from({ length: count - 4 }, (_, index) => ago(count - 2 - index, many)),
      ago(1, undefined),
      ago(0, again),
    ];
    const prometheus = await startPrometheus([], { past: keptScrapes('costspan', 'collector:4318', scrapes) });
    cleanups.push(prometheus.stop);

    const show = (panel: string) => shown(prometheus, queryOf('costspan-reconcile', panel), RANGE_S, END_MS);
    const [missing] = await show('Missing from the metrics');
    expect(`${((missing?.value ?? 0) * 100).toFixed(0)} %`).toBe('10 %');
    // Prometheus extrapolates a counter that ended by half an interval: so much of an hour, and no more.
    expect(missing?.value).toBeGreaterThan(0.1 - SCRAPE_INTERVAL_MS / 1000 / RANGE_S);
    expect(missing?.value).toBeLessThanOrEqual(0.1);

    const reasons = await show('Why they differ');
    expect(Object.fromEntries(reasons.map(({ labels, value }) => [labels['reason']?.split(':')[0], value]))).toEqual({
      'The collector restarted': 1,
      'Scrapes failed': 1,
      'Series were new': 1,
    });

    const [ledger] = await show('Ledger');
    const [values] = await show('Of it in the first values of new series');
    expect((values?.value ?? 0) / (ledger?.value ?? 1)).toBeCloseTo(0.001, 9);
  });
}

/** What `/metrics` answers as soon as it says so. */
async function metricsOnce(url: string, says: RegExp): Promise<string> {
  for (const deadline = Date.now() + 90_000; ; await wait(50)) {
    const text = await (await fetch(new URL('/metrics', url))).text();
    if (says.test(text)) return text;
    if (Date.now() > deadline) throw new Error(`${says} is not in what /metrics answers:\n${text}`);
  }
}
