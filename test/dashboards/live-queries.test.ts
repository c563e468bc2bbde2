import { METRICS } from '@costspan/dashboards';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, scratchDirectory, startCostspan } from '../e2e/costspan-process.ts';
import { startContainerMetrics } from './container-metrics.ts';
import { METRIC_DASHBOARDS, type PanelQuery, sentQuery } from './panel-queries.ts';
import { isPrometheusMissing, PROMETHEUS_HINT, type PrometheusServer, startPrometheus } from './prometheus-server.ts';

const RANGE_S = 20;
const RATE_INTERVAL_S = 10;
const WITHIN_MS = 180_000;
/** What the demo’s collector tells only when it happens. */
const SELDOM = [
  'costspan_unpriced_calls_total',
  'costspan_reported_cost_usd_total',
  'costspan_computed_cost_usd_total',
];

if (isPrometheusMissing) {
  test.skip(`every query of every dashboard of metrics returns data — ${PROMETHEUS_HINT}`, () => {});
} else {
  describe('a real Prometheus that scrapes the demo’s collector', () => {
    let prometheus: PrometheusServer;
    let demo: Running;
    const cleanups: (() => Promise<unknown>)[] = [];

    beforeAll(async () => {
      const data = await scratchDirectory();
      cleanups.push(data.remove);
      demo = await startCostspan(['demo', '--data', data.path, '--rate', '10']);
      cleanups.push(() => demo.stop('SIGKILL'));
      const containers = await startContainerMetrics();
      cleanups.push(containers.stop);
      prometheus = await startPrometheus([
        { job: 'costspan', target: new URL(demo.url).host },
        { job: 'cadvisor', target: containers.target },
        { job: 'prometheus' },
      ]);
      cleanups.push(prometheus.stop);
      await prometheus.until('sum(increase(costspan_calls_total[20s]))', ([calls]) => (calls?.value ?? 0) > 20);
    });
    afterAll(async () => {
      for (const cleanup of cleanups.reverse()) await cleanup();
    });

    test.each(METRIC_DASHBOARDS)(
      'every query of %s returns data, but for panels that say when they are empty',
      async (_, queries) => {
        let empty: readonly PanelQuery[] = queries;
        for (const deadline = Date.now() + WITHIN_MS; Date.now() < deadline; ) {
          const still: PanelQuery[] = [];
          for (const query of empty) if (!(await hasData(query))) still.push(query);
          empty = still;
          if (empty.every(({ emptyWhen }) => emptyWhen !== undefined)) break;
          await new Promise((resolve) => setTimeout(resolve, 1000));
        }
        expect(
          empty.filter(({ emptyWhen }) => emptyWhen === undefined).map(({ panel, expr }) => `${panel}: ${expr}`),
        ).toEqual([]);
      },
      WITHIN_MS + 60_000,
    );

    test('panels about containers and GPUs have data where cAdvisor and DCGM are scraped', async () => {
      const queries = METRIC_DASHBOARDS.flatMap(([, all]) => all).filter(({ emptyWhen }) =>
        /is scraped$/.test(emptyWhen ?? ''),
      );
      expect(queries.length).toBeGreaterThanOrEqual(7);
      for (const query of queries) expect(await hasData(query), query.panel).toBe(true);
    });

    test('the metrics that dashboards may ask for are those of the collector, with their kinds and labels', async () => {
      const text = await (await fetch(new URL('/metrics', demo.url))).text();
      const kinds = Object.fromEntries(
        [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => [name, kind]),
      );
      const known = Object.entries(METRICS).filter(([name]) => name.startsWith('costspan_'));
      const asked = known.filter(([name]) => !SELDOM.includes(name) && name !== 'costspan_quota_decisions_total');
      expect(asked.filter(([name, { kind }]) => kinds[name] !== kind).map(([name]) => name)).toEqual([]);
      for (const [name, { labels }] of asked) {
        const series = new RegExp(`^${name}(?:_count)?(?:\\{(.*)\\})? `, 'm').exec(text)?.[1] ?? '';
        expect([...series.matchAll(/(\w+)="/g)].map(([, label]) => label).sort(), name).toEqual([...labels].sort());
      }
    });

    async function hasData(query: PanelQuery): Promise<boolean> {
      const sent = sentQuery(query, RANGE_S, RATE_INTERVAL_S);
      if (!query.isInstant) return (await prometheus.series(sent, RANGE_S, 2)).length > 0;
      return (await prometheus.instant(sent)).some(({ value }) => Number.isFinite(value));
    }
  });
}
