import { copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../repository.ts';
import { sentQuery } from '../panel-queries.ts';
import type { PrometheusServer } from '../prometheus-server.ts';

/** How a panel looks once it is drawn. */
export interface DrawnPanel {
  readonly title: string;
  readonly state: string;
  /** What went wrong; empty when nothing did. */
  readonly said: string;
}

export interface DrawOptions {
  readonly uids: readonly string[];
  /** Waited for before a dashboard is drawn. */
  readonly isReady: (uid: string) => Promise<void>;
  /** The built plugin and the built host page. */
  readonly pluginDist: string;
  readonly hostDist: string;
  readonly collectorUrl: string;
  readonly prometheus: PrometheusServer;
  readonly chromium: string;
  /** Hours that are looked at. */
  readonly hours: number;
  readonly rateIntervalS: number;
  /** Folder for a picture of each dashboard. */
  readonly pictures?: string | undefined;
}

interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly instant?: boolean;
  readonly format?: string;
}

const STEPS = 120;

/** Draws dashboards in Chromium on the host page, with their figures from a real Prometheus and a real collector. */
export async function drawDashboards(options: DrawOptions): Promise<ReadonlyMap<string, readonly DrawnPanel[]>> {
  const { startHost } = (await import(
    join(ROOT, 'grafana-plugin/host/start-host.ts')
  )) as typeof import('../../../grafana-plugin/host/start-host.ts');
  const { chromium } = createRequire(join(ROOT, 'grafana-plugin/package.json'))(
    '@playwright/test',
  ) as typeof import('playwright-core');
  const drawing = mkdtempSync(join(tmpdir(), 'costspan-drawing-'));
  cpSync(options.pluginDist, drawing, { recursive: true });
  copyFileSync(join(import.meta.dirname, 'drawing-app.js'), join(drawing, 'module.js'));
  const host = await startHost({
    hostDist: options.hostDist,
    pluginDist: drawing,
    jsonData: { apiUrl: options.collectorUrl },
  });
  const browser = await chromium.launch({ executablePath: options.chromium, args: ['--no-sandbox'] });
  try {
    const drawn = new Map<string, readonly DrawnPanel[]>();
    for (const uid of options.uids) {
      await options.isReady(uid);
      const page = await browser.newPage({ viewport: { width: 1500, height: 1000 } });
      await page.exposeFunction('answerPrometheus', (target: Target, fromMs: number, toMs: number) =>
        answer(options, target, fromMs, toMs),
      );
      await page.goto(`${host.url}/a/costspan-usage-app/overview?uid=${uid}&hours=${options.hours}`);
      await page.waitForFunction(
        () => {
          const panels = document.querySelectorAll('[data-panel]');
          const count = document.querySelector('[data-panels]')?.getAttribute('data-panels');
          return (
            panels.length > 0 &&
            String(panels.length) === count &&
            ![...panels].some((one) => one.getAttribute('data-state') === 'asking')
          );
        },
        undefined,
        { timeout: 90_000 },
      );
      drawn.set(
        uid,
        await page.$$eval('[data-panel]', (panels) =>
          panels.map((one) => ({
            title: one.getAttribute('data-panel') ?? '',
            state: one.getAttribute('data-state') ?? '',
            said: one.getAttribute('data-said') ?? '',
          })),
        ),
      );
      if (options.pictures !== undefined) {
        await page.locator('[data-panels]').screenshot({ path: join(options.pictures, `${uid}.png`) });
      }
      await page.close();
    }
    return drawn;
  } finally {
    await browser.close();
    await host.close();
    rmSync(drawing, { recursive: true, force: true });
  }
}

/** What Grafana's own data source makes of an answer: series as frames with labels, tables as columns. */
async function answer(
  { prometheus, rateIntervalS }: DrawOptions,
  target: Target,
  fromMs: number,
  toMs: number,
): Promise<readonly object[]> {
  const rangeS = Math.round((toMs - fromMs) / 1000);
  const query = sentQuery({ panel: '', emptyWhen: undefined, isInstant: true, ...target }, rangeS, rateIntervalS);
  const { refId } = target;
  if (target.instant === true) {
    const samples = (await prometheus.instant(query)).filter(({ value }) => Number.isFinite(value));
    if (target.format === 'table') {
      const labels = [...new Set(samples.flatMap((sample) => Object.keys(sample.labels)))];
      const column = (name: string, type: string, values: readonly unknown[]) => ({ name, type, values, config: {} });
      return [
        {
          refId,
          fields: [
            column(
              'Time',
              'time',
              samples.map(() => toMs),
            ),
            ...labels.map((label) =>
              column(
                label,
                'string',
                samples.map((sample) => sample.labels[label] ?? ''),
              ),
            ),
            column(
              `Value #${refId}`,
              'number',
              samples.map(({ value }) => value),
            ),
          ],
        },
      ];
    }
    return samples.map(({ labels, value }) => frame(target, labels, [toMs], [value]));
  }
  const series = await prometheus.series(query, rangeS, Math.max(1, Math.round(rangeS / STEPS)));
  return series.map(({ labels, times, values }) => frame(target, labels, times, values));
}

function frame(
  { refId, legendFormat }: Target,
  labels: Readonly<Record<string, string>>,
  times: readonly number[],
  values: readonly number[],
): object {
  const displayNameFromDS = legendFormat.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? '');
  return {
    refId,
    fields: [
      { name: 'Time', type: 'time', values: times, config: {} },
      { name: 'Value', type: 'number', values, labels, config: { displayNameFromDS } },
    ],
  };
}
