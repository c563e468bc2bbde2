import { labelSet } from './label-set.ts';
import type { MetricFamily } from './metric-family.ts';

const NO_LABELS = labelSet([]);

/** What the process uses, under the names that every Prometheus client library gives. */
export function processFigures(): readonly MetricFamily[] {
  const { user, system } = process.cpuUsage();
  const gauge = (name: string, help: string, value: number): MetricFamily => ({
    kind: 'gauge',
    name,
    help,
    points: [{ labels: NO_LABELS, value }],
  });
  return [
    {
      kind: 'counter',
      name: 'process_cpu_seconds_total',
      help: 'CPU time of the process, in seconds.',
      scale: 6,
      points: [{ labels: NO_LABELS, value: BigInt(user) + BigInt(system) }],
    },
    gauge('process_resident_memory_bytes', 'Memory of the process, in bytes.', process.memoryUsage.rss()),
    gauge('process_start_time_seconds', 'When the process started, in seconds since 1970 UTC.', STARTED_AT_S),
  ];
}

const STARTED_AT_S = Math.round(performance.timeOrigin) / 1000;
