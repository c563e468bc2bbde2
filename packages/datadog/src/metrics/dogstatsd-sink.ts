import type { DogStatsD } from '../trace/dd-tracer.ts';
import type { Labels } from './call-labels.ts';
import type { MetricSink } from './metric-sink.ts';
import { tagValue } from './tag-value.ts';

/** A name that the text format cannot break. */
const NAME = /^[a-z][a-z0-9_]{0,199}$/;

/**
 * Through the tracer's DogStatsD client, which writes what it is given: a line break in a value would be a metric of its
 * own. So every value is made harmless once more on its way out, and what is no number is not sent.
 */
export function dogStatsDSink(client: DogStatsD): MetricSink {
  return {
    name: 'dogstatsd',
    count: (name, value, labels) => {
      if (isSendable(name, value)) client.increment(name, value, tagsOf(labels));
    },
    gauge: (name, value, labels) => {
      if (isSendable(name, value)) client.gauge(name, value, tagsOf(labels));
    },
    seconds: (name, value, labels) => {
      if (isSendable(name, value)) client.distribution(name, value, tagsOf(labels));
    },
  };
}

function isSendable(name: string, value: number): boolean {
  return NAME.test(name) && Number.isFinite(value) && value >= 0;
}

function tagsOf(labels: Labels): string[] {
  return Object.entries(labels).map(([key, value]) => `${key}:${tagValue(key, value)}`);
}
