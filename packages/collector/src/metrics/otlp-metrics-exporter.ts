import { randomUUID } from 'node:crypto';
import { type HrTime, ValueType } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { LabelSet } from './label-set.ts';
import type { PushedMetric } from './metric-points.ts';
import type { MetricsPushConfig, Temporality } from './metrics-config.ts';

/** When the sums of a push began and ended, in milliseconds since 1970 UTC. */
export interface PushedSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface MetricsExporter {
  /** Resolves when the endpoint has taken them. Rejects when it has not, after the retries that OTLP allows. */
  send(metrics: readonly PushedMetric[], span: PushedSpan): Promise<void>;
  close(): Promise<void>;
}

/** The only file that knows the OpenTelemetry metrics SDK. It carries what we summed; nothing is aggregated by it. */
export function createMetricsExporter(config: MetricsPushConfig): MetricsExporter {
  const exporter = new OTLPMetricExporter({
    url: config.endpoint,
    headers: config.headers,
    timeoutMillis: config.timeoutMs,
  });
  const resource = resourceFromAttributes({
    'service.name': 'costspan-collector',
    'service.instance.id': randomUUID(),
  });
  return {
    send: (metrics, span) => {
      const data = metrics.map((metric) => metricData(metric, config.temporality, span));
      const pushed: ResourceMetrics = {
        resource,
        scopeMetrics: [{ scope: { name: '@costspan/collector' }, metrics: data }],
      };
      return new Promise((resolve, reject) => {
        exporter.export(pushed, ({ code, error }) => {
          if (code === SUCCESS) resolve();
          else reject(error ?? new Error('the endpoint did not take the metrics'));
        });
      });
    },
    close: () => exporter.shutdown(),
  };
}

/** `ExportResultCode.SUCCESS`. */
const SUCCESS = 0;

function metricData(metric: PushedMetric, temporality: Temporality, { fromMs, toMs }: PushedSpan): MetricData {
  const { name, help: description } = metric;
  const isInteger = metric.kind === 'counter' && metric.isInteger;
  // Names are whole as they are: a unit would make some receivers append it once more.
  const descriptor = { name, description, unit: '', valueType: isInteger ? ValueType.INT : ValueType.DOUBLE };
  const aggregationTemporality =
    temporality === 'delta' ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;
  const point = <Value>(labels: LabelSet, value: Value) => ({
    startTime: hrTime(fromMs),
    endTime: hrTime(toMs),
    attributes: Object.fromEntries(labels.pairs),
    value,
  });
  if (metric.kind === 'counter') {
    const dataPoints = metric.points.map(({ labels, value }) => point(labels, value));
    return { descriptor, aggregationTemporality, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
  }
  if (metric.kind === 'gauge') {
    const dataPoints = metric.points.map(({ labels, value }) => point(labels, value));
    return { descriptor, aggregationTemporality, dataPointType: DataPointType.GAUGE, dataPoints };
  }
  const dataPoints = metric.points.map(({ labels, sum, count, bounds, counts }) =>
    point(labels, { sum, count, buckets: { boundaries: [...bounds], counts: [...counts] } }),
  );
  return { descriptor, aggregationTemporality, dataPointType: DataPointType.HISTOGRAM, dataPoints };
}

function hrTime(ms: number): HrTime {
  return [Math.floor(ms / 1000), (ms % 1000) * 1_000_000];
}
