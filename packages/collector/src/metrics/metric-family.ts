import type { Histogram } from './histogram.ts';
import type { LabelSet } from './label-set.ts';

/** A metric with all its series, as both the text format and the push read it. */
export type MetricFamily = {
  readonly name: string;
  /** One sentence. */
  readonly help: string;
} & (
  | {
      readonly kind: 'counter';
      /** Decimal places of every value: 18 for money in 10⁻¹⁸ USD, 0 for counts. */
      readonly scale: number;
      readonly points: Iterable<CounterPoint>;
    }
  | { readonly kind: 'gauge'; readonly points: Iterable<GaugePoint> }
  | { readonly kind: 'histogram'; readonly points: Iterable<HistogramPoint> }
);

export interface CounterPoint {
  readonly labels: LabelSet;
  /** Never negative and never less than before. */
  readonly value: bigint;
}

export interface GaugePoint {
  readonly labels: LabelSet;
  /** How it stands now: a ratio or a size, where a double is enough. */
  readonly value: number;
}

export interface HistogramPoint {
  readonly labels: LabelSet;
  readonly histogram: Histogram;
}
