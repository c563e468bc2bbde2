import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { METRICS } from '@costspan/dashboards';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pluginHome, preparePlugin } from '../../.dev/plugin.ts';
import { files, read } from '../repository.ts';
import { type DemoPrometheus, RATE_INTERVAL_S, startDemoPrometheus } from './demo-prometheus.ts';
import { type DrawnPanel, drawDashboards } from './drawing/draw-dashboards.ts';
import { METRIC_DASHBOARDS, type PanelQuery, sentQuery } from './panel-queries.ts';
import { isPrometheusMissing, PROMETHEUS_HINT } from './prometheus-server.ts';

const DRAWN = 'every panel of both packs is drawn in Chromium, but for those that say when they are empty';
const DASHBOARDS = files('dashboards/grafana/*.json');
/** The collector looks at its ledger once a minute: what needs two looks is asked last. */
const LAST = 'costspan-reconcile';
const RANGE_S = 180;
const WITHIN_MS = 180_000;
/** What the demo’s collector tells only when it happens. */
const SELDOM = [
  'costspan_unpriced_calls_total',
  'costspan_reported_cost_usd_total',
  'costspan_computed_cost_usd_total',
];
const chromium = [
  process.env['CHROMIUM_PATH'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => existsSync(path));

interface PanelJson {
  readonly title: string;
  readonly description?: string;
}

if (isPrometheusMissing) {
  test.skip(`every query of every dashboard of metrics returns data, and ${DRAWN} — ${PROMETHEUS_HINT}`, () => {});
} else {
  describe('a real Prometheus that scrapes the demo’s collector', () => {
    let running: DemoPrometheus;
    beforeAll(async () => {
      running = await startDemoPrometheus();
    }, 300_000);
    afterAll(() => running?.stop());

    test('panels about containers and GPUs have data where cAdvisor and DCGM are scraped', async () => {
      const queries = METRIC_DASHBOARDS.flatMap(([, all]) => all).filter(({ emptyWhen }) =>
        /is scraped$/.test(emptyWhen ?? ''),
      );
      expect(queries.length).toBeGreaterThanOrEqual(7);
      for (const query of queries) expect(await hasData(query), query.panel).toBe(true);
    });

    test('the metrics that dashboards may ask for are those of the collector, with their kinds and labels', async () => {
      const text = await (await fetch(new URL('/metrics', running.demo.url))).text();
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

    test.each(lastly(METRIC_DASHBOARDS, ([uid]) => uid))(
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

    describe('in Chromium, on the libraries of Grafana', () => {
      if (chromium === undefined && process.env['COSTSPAN_REQUIRE_ALL'] !== '1') {
        test.skip(`${DRAWN} — needs Chromium: apt-get install chromium`, () => {});
        return;
      }
      let drawn: ReadonlyMap<string, readonly DrawnPanel[]> = new Map();

      beforeAll(async () => {
        expect(chromium, 'needs Chromium: apt-get install chromium').toBeDefined();
        preparePlugin();
        drawn = await drawDashboards({
          uids: lastly(DASHBOARDS.map((file) => basename(file, '.json'))),
          isReady: async (uid) => {
            if (uid !== LAST) return;
            await running.prometheus.until('delta(costspan_ledger_cost_usd[3m])', ([grown]) => (grown?.value ?? 0) > 0);
          },
          pluginDist: join(pluginHome, 'dist'),
          hostDist: join(pluginHome, 'host/dist'),
          collectorUrl: running.demo.url,
          prometheus: running.prometheus,
          chromium: chromium as string,
          hours: RANGE_S / 3600,
          rateIntervalS: RATE_INTERVAL_S,
          pictures: process.env['COSTSPAN_PICTURES'],
        });
      }, 600_000);

      test.each(DASHBOARDS)('%s', (file) => {
        const { uid, panels } = JSON.parse(read(file)) as {
          readonly uid: string;
          readonly panels: readonly PanelJson[];
        };
        const mayBeEmpty = new Set(
          panels.filter(({ description = '' }) => /Empty when .+\.$/.test(description)).map(({ title }) => title),
        );
        const looks = drawn.get(uid) ?? [];
        expect(looks.length).toBeGreaterThan(0);
        expect(
          looks.filter(({ state, title }) => state !== 'drawn' && !(state === 'empty' && mayBeEmpty.has(title))),
        ).toEqual([]);
      });
    });

    async function hasData(query: PanelQuery): Promise<boolean> {
      const sent = sentQuery(query, RANGE_S, RATE_INTERVAL_S);
      if (!query.isInstant) return (await running.prometheus.series(sent, RANGE_S, 5)).length > 0;
      return (await running.prometheus.instant(sent)).some(({ value }) => Number.isFinite(value));
    }
  });
}

function lastly<T>(dashboards: readonly T[], uidOf: (dashboard: T) => string = String): readonly T[] {
  return [...dashboards].sort((a, b) => Number(uidOf(a) === LAST) - Number(uidOf(b) === LAST));
}
