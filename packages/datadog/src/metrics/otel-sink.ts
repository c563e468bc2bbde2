import { type Counter, createNoopMeter, type Gauge, type Histogram, metrics } from '@opentelemetry/api';
import { METRICS, type MetricName } from './metric-catalogue.ts';
import type { MetricSink } from './metric-sink.ts';

/** True when somebody provides meters: dd-trace with `DD_METRICS_OTEL_ENABLED`, or an OpenTelemetry SDK. */
export function hasMeterProvider(): boolean {
  return metrics.getMeterProvider().getMeter('@costspan/datadog') !== createNoopMeter();
}

/** Through the OpenTelemetry API. dd-trace sends it as OTLP with delta temporality, which is what Datadog takes. */
export function otelSink(): MetricSink {
  const meter = metrics.getMeterProvider().getMeter('@costspan/datadog');
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  return {
    name: 'otel',
    count: (name, value, labels, more) => {
      let counter = counters.get(name);
      if (counter === undefined) {
        counter = meter.createCounter(name, { description: descriptionOf(name) });
        counters.set(name, counter);
      }
      counter.add(value, more === undefined ? labels : { ...labels, ...more });
    },
    gauge: (name, value, labels) => {
      let gauge = gauges.get(name);
      if (gauge === undefined) {
        gauge = meter.createGauge(name, { description: descriptionOf(name) });
        gauges.set(name, gauge);
      }
      gauge.record(value, labels);
    },
    seconds: (name, value, labels) => {
      let histogram = histograms.get(name);
      if (histogram === undefined) {
        histogram = meter.createHistogram(name, { description: descriptionOf(name), unit: 's' });
        histograms.set(name, histogram);
      }
      histogram.record(value, labels);
    },
  };
}

function descriptionOf(name: string): string {
  return METRICS[name as MetricName]?.about ?? '';
}
