import { afterEach, expect, test } from 'vitest';
import { scratchDirectory, startCostspan } from '../e2e/costspan-process.ts';
import { chatSpan, otlpRequest, sendOtlp } from '../e2e/otlp.ts';
import { startMetricGate } from './metric-gate.ts';
import { queryOf, shown } from './panel-queries.ts';
import { isPrometheusMissing, PROMETHEUS_HINT, startPrometheus } from './prometheus-server.ts';

const NAME = 'a tenth of the cost that a restart took from the metrics is shown as 10 %, with its reasons';
const SCRAPE_INTERVAL_MS = 200;
/** So many scrapes that what Prometheus extrapolates at the ends of a range is below half a per cent. */
const SCRAPES = 120;
const RANGE_S = 600;

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
    const gate = await startMetricGate();
    cleanups.push(gate.stop);
    const prometheus = await startPrometheus([{ job: 'costspan', target: gate.target }], SCRAPE_INTERVAL_MS);
    cleanups.push(prometheus.stop);
    const seen = (calls: number) =>
      prometheus.until('sum(costspan_calls_total)', ([sample]) => sample?.value === calls);
    const send = async (url: string, calls: number) => {
      const spans = Array.from({ length: calls }, () => chatSpan('acme'));
      expect((await sendOtlp(url, otlpRequest(spans))).status).toBe(200);
    };

    const first = await start();
    gate.collector = first.url;
    await prometheus.until('costspan_ledger_calls', ([sample]) => sample?.value === 0);
    // A counter that begins: its first value, one call, is no increase.
    await send(first.url, 1);
    await seen(1);
    await send(first.url, 900);
    await seen(901);
    await prometheus.until(
      'sum(count_over_time(costspan_calls_total[10m]))',
      ([count]) => (count?.value ?? 0) > SCRAPES,
    );

    gate.collector = undefined;
    await prometheus.until('up', ([sample]) => sample?.value === 0);
    await send(first.url, 99);
    await first.stop('SIGTERM');
    gate.collector = (await start()).url;
    await prometheus.until('costspan_ledger_calls', ([sample]) => sample?.value === 1000);

    const uid = 'costspan-reconcile';
    const [missing] = await shown(prometheus, queryOf(uid, 'Missing from the metrics'), RANGE_S);
    expect(`${((missing?.value ?? 0) * 100).toFixed(0)} %`).toBe('10 %');

    const reasons = await shown(prometheus, queryOf(uid, 'Why they differ'), RANGE_S);
    expect(reasons.map(({ labels, value }) => [labels['reason']?.split(':')[0], value >= 1])).toEqual(
      expect.arrayContaining([
        ['The collector restarted', true],
        ['Scrapes failed', true],
        ['Series were new', true],
      ]),
    );
    const texts = reasons.map(({ labels }) => labels['reason'] ?? '');
    expect(texts.filter((text) => /currency|libraries/.test(text))).toEqual([]);

    const [ledger] = await shown(prometheus, queryOf(uid, 'Ledger'), RANGE_S);
    const [values] = await shown(prometheus, queryOf(uid, 'Of it in the first values of new series'), RANGE_S);
    expect((values?.value ?? 0) / (ledger?.value ?? 1)).toBeCloseTo(0.001, 4);
  }, 300_000);
}
