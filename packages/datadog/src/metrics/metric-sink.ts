import type { Labels } from './call-labels.ts';

/** Where numbers go. They are told at once and never waited for; a sink that cannot tell them drops them. */
export interface MetricSink {
  readonly name: 'otel' | 'dogstatsd' | 'none';
  /** Adds to a count. `more` are labels of this metric alone: `labels` may be the same object for many. */
  count(name: string, value: number, labels: Labels, more?: Labels): void;
  /** How something stands now. */
  gauge(name: string, value: number, labels: Labels): void;
  /** One more value of a distribution, in seconds. */
  seconds(name: string, value: number, labels: Labels): void;
}
