import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pluginHome, preparePlugin } from '../../.dev/plugin.ts';
import { type Running, scratchDirectory, startCostspan } from '../e2e/costspan-process.ts';
import { files, read } from '../repository.ts';
import { startContainerMetrics } from './container-metrics.ts';
import { type DrawnPanel, drawDashboards } from './drawing/draw-dashboards.ts';
import { isPrometheusMissing, PROMETHEUS_HINT, type PrometheusServer, startPrometheus } from './prometheus-server.ts';

const NAME = 'every panel of both packs is drawn, but for those that say when they are empty';
const DASHBOARDS = files('dashboards/grafana/*.json');
/** Three minutes: so long that every panel that can has figures, and as short as the demo runs. */
const HOURS = 0.05;
const WITHIN_MS = 600_000;
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
  test.skip(`${NAME} — ${PROMETHEUS_HINT}`, () => {});
} else if (chromium === undefined && process.env['COSTSPAN_REQUIRE_ALL'] !== '1') {
  test.skip(`${NAME} — needs Chromium: apt-get install chromium`, () => {});
} else {
  describe('in Chromium, on the libraries of Grafana', () => {
    const cleanups: (() => Promise<unknown>)[] = [];
    let drawn: ReadonlyMap<string, readonly DrawnPanel[]> = new Map();

    beforeAll(async () => {
      expect(chromium, 'needs Chromium: apt-get install chromium').toBeDefined();
      preparePlugin();
      const { demo, prometheus } = await running();
      drawn = await drawDashboards({
        uids: DASHBOARDS.map((file) => basename(file, '.json')),
        pluginDist: join(pluginHome, 'dist'),
        hostDist: join(pluginHome, 'host/dist'),
        collectorUrl: demo.url,
        prometheus,
        chromium: chromium as string,
        hours: HOURS,
        pictures: process.env['COSTSPAN_PICTURES'],
      });
    }, WITHIN_MS);
    afterAll(async () => {
      for (const cleanup of cleanups.reverse()) await cleanup();
    });

    test.each(DASHBOARDS)('%s', (file) => {
      const { uid, panels } = JSON.parse(read(file)) as { readonly uid: string; readonly panels: readonly PanelJson[] };
      const mayBeEmpty = new Set(
        panels.filter(({ description = '' }) => /Empty when .+\.$/.test(description)).map(({ title }) => title),
      );
      const looks = drawn.get(uid) ?? [];
      expect(looks.length).toBeGreaterThan(0);
      expect(
        looks.filter(({ state, title }) => state !== 'drawn' && !(state === 'empty' && mayBeEmpty.has(title))),
      ).toEqual([]);
    });

    /** The demo, with two days behind it, and a Prometheus that has seen some of its calls. */
    async function running(): Promise<{ readonly demo: Running; readonly prometheus: PrometheusServer }> {
      const data = await scratchDirectory();
      cleanups.push(data.remove);
      const demo = await startCostspan(['demo', '--data', data.path, '--rate', '10', '--history', '2d']);
      cleanups.push(() => demo.stop('SIGKILL'));
      const containers = await startContainerMetrics();
      cleanups.push(containers.stop);
      const prometheus = await startPrometheus([
        { job: 'costspan', target: new URL(demo.url).host },
        { job: 'cadvisor', target: containers.target },
        { job: 'prometheus' },
      ]);
      cleanups.push(prometheus.stop);
      // A failed call among others, so that panels of errors have something too, and the second look at the ledger.
      await prometheus.until('sum(increase(costspan_calls_total[60s]))', ([calls]) => (calls?.value ?? 0) > 100);
      await prometheus.until('delta(costspan_ledger_cost_usd[3m])', ([grown]) => (grown?.value ?? 0) > 0, 180_000);
      return { demo, prometheus };
    }
  });
}
