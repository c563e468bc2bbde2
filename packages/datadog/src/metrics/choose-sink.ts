import type { DdTracer } from '../trace/dd-tracer.ts';
import type { Warn } from '../trace/warn-once.ts';
import { dogStatsDSink } from './dogstatsd-sink.ts';
import type { MetricSink } from './metric-sink.ts';
import { hasMeterProvider, otelSink } from './otel-sink.ts';

export const METRIC_WAYS = ['auto', 'otel', 'dogstatsd', 'off'] as const;
export type MetricWay = (typeof METRIC_WAYS)[number];

const NONE: MetricSink = {
  name: 'none',
  count: () => undefined,
  gauge: () => undefined,
  seconds: () => undefined,
};

/**
 * Where numbers go: through the OpenTelemetry API where somebody provides meters, else through the tracer's DogStatsD
 * client. Decided when the first call ends, since an application may set either up after us.
 */
export function chooseSink(way: MetricWay, tracer: DdTracer, warn: Warn): () => MetricSink {
  let chosen: MetricSink | undefined;
  return () => {
    chosen ??= choose(way, tracer, warn);
    return chosen;
  };
}

function choose(way: MetricWay, { dogstatsd }: DdTracer, warn: Warn): MetricSink {
  if (way === 'off') return NONE;
  if (way !== 'dogstatsd' && hasMeterProvider()) return otelSink();
  if (way !== 'otel' && typeof dogstatsd?.increment === 'function') return dogStatsDSink(dogstatsd);
  warn(
    'metrics:none',
    'costspan: calls are priced on their spans but not counted; set DD_METRICS_OTEL_ENABLED=true or let DogStatsD be reached',
  );
  return NONE;
}
