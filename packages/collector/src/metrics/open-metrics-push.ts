import type { Notices } from '../notices.ts';
import type { SelfMetrics } from '../self-metrics.ts';
import { MetricPoints } from './metric-points.ts';
import type { MetricsPushConfig } from './metrics-config.ts';

export interface MetricsPush {
  /** Pushes what is new once more, whatever becomes of it. */
  close(): Promise<void>;
}

/** Pushes every metric at an interval. An endpoint that is down delays nobody: it is said once, and the next push tells more. */
export async function openMetricsPush(
  config: MetricsPushConfig,
  metrics: SelfMetrics,
  notices: Notices,
): Promise<MetricsPush> {
  // Loaded only where it is asked for.
  const { createMetricsExporter } = await import('./otlp-metrics-exporter.ts');
  const exporter = createMetricsExporter(config);
  const points = new MetricPoints(config.temporality);
  let fromMs = Date.now();
  let running: Promise<void> | undefined;
  const push = async (): Promise<void> => {
    const toMs = Date.now();
    const next = points.next(metrics.families());
    if (next.metrics.length === 0) return;
    try {
      await exporter.send(next.metrics, { fromMs, toMs });
      next.arrived();
      if (config.temporality === 'delta') fromMs = toMs;
      notices.over('metrics push', 'metrics are pushed again');
    } catch (error) {
      metrics.add('metricPushFailures');
      const why = error instanceof Error ? error.message : String(error);
      notices.once(
        'metrics push',
        `metrics could not be pushed to ${config.endpoint}: ${why}; the next push tells all of it (said once)`,
      );
    }
  };
  const start = (): void => {
    running ??= push().finally(() => {
      running = undefined;
    });
  };
  const timer = setInterval(start, config.intervalMs).unref();
  return {
    close: async () => {
      clearInterval(timer);
      await running;
      await push();
      await exporter.close();
    },
  };
}
