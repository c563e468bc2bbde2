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
    count: (name, value, labels, more) => {
      if (!isSendable(name, value)) return;
      client.increment(name, value, more === undefined ? tagsOf(labels) : [...tagsOf(labels), ...tagsOf(more)]);
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

/** The labels of one call go with several metrics. */
const written = new WeakMap<Labels, readonly string[]>();

function tagsOf(labels: Labels): readonly string[] {
  const known = written.get(labels);
  if (known !== undefined) return known;
  const tags: string[] = [];
  for (const key in labels) tags.push(`${key}:${tagValue(key, labels[key] as string)}`);
  written.set(labels, tags);
  return tags;
}
