import { setTimeout as wait } from 'node:timers/promises';
import { type Running, scratchDirectory, startCostspan } from '../e2e/costspan-process.ts';
import { startContainerMetrics } from './container-metrics.ts';
import { type PrometheusServer, startPrometheus } from './prometheus-server.ts';
import { grownScrapes, keptScrapes } from './scrapes.ts';

export interface DemoPrometheus {
  readonly demo: Running;
  readonly prometheus: PrometheusServer;
  stop(): Promise<void>;
}

/** As Grafana works out `$__rate_interval`: four scrapes. */
export const RATE_INTERVAL_S = 20;
const SCRAPE_INTERVAL_S = 5;
const PAST_S = 300;
/** So many that every model, feature and customer of the demo is among them, and calls that failed. */
const CALLS = 300;

/**
 * The demo, with two days in its ledger, and a real Prometheus that scrapes its collector. What the collector told when
 * Prometheus started has also come to it evenly over the five minutes before, so that graphs need not be waited for.
 */
export async function startDemoPrometheus(): Promise<DemoPrometheus> {
  const cleanups: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    const data = await scratchDirectory();
    cleanups.push(data.remove);
    const demo = await startCostspan(['demo', '--data', data.path, '--rate', '20', '--history', '2d']);
    cleanups.push(() => demo.stop('SIGKILL'));
    const containers = await startContainerMetrics();
    cleanups.push(containers.stop);
    const target = new URL(demo.url).host;
    const told = await metricsWithFailures(demo.url);
    const past = grownScrapes(told, Date.now(), PAST_S, SCRAPE_INTERVAL_S);
    const pastOfContainers = past.map(({ atMs }) => ({ atMs, text: containers.told(atMs) }));
    const prometheus = await startPrometheus(
      [{ job: 'costspan', target }, { job: 'cadvisor', target: containers.target }, { job: 'prometheus' }],
      {
        intervalMs: SCRAPE_INTERVAL_S * 1000,
        past: [
          ...keptScrapes('costspan', target, past),
          ...keptScrapes('cadvisor', containers.target, pastOfContainers),
        ],
      },
    );
    cleanups.push(prometheus.stop);
    for (const counter of ['costspan_calls_total', 'container_cpu_usage_seconds_total', 'process_cpu_seconds_total']) {
      await prometheus.until(`rate(${counter}[${RATE_INTERVAL_S}s])`, (series) => series.length > 0);
    }
    return { demo, prometheus, stop };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

async function metricsWithFailures(url: string): Promise<string> {
  for (const deadline = Date.now() + 90_000; ; await wait(200)) {
    const text = await (await fetch(new URL('/metrics', url))).text();
    const calls = [...text.matchAll(/^costspan_calls_total\{(.*)\} (\d+)$/gm)];
    const count = calls.reduce((sum, [, , value]) => sum + Number(value), 0);
    const failed = calls.some(([, labels]) => labels?.includes('outcome="error"'));
    if (count >= CALLS && failed) return text;
    if (Date.now() > deadline) throw new Error(`the demo made ${count} calls, ${failed ? 'some' : 'none'} failed`);
  }
}
