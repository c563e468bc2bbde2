import type { LabelSet } from './label-set.ts';
import type { MetricFamily } from './metric-family.ts';
import type { Temporality } from './metrics-config.ts';
import { decimalText } from './prometheus-text.ts';

/** Microseconds have six places as seconds. */
const SECONDS_SCALE = 6;

/** A metric as one push tells it. */
export type PushedMetric = { readonly name: string; readonly help: string } & (
  | { readonly kind: 'counter'; readonly isInteger: boolean; readonly points: readonly PushedCount[] }
  | { readonly kind: 'gauge'; readonly points: readonly PushedCount[] }
  | { readonly kind: 'histogram'; readonly points: readonly PushedHistogram[] }
);

export interface PushedCount {
  readonly labels: LabelSet;
  readonly value: number;
}

export interface PushedHistogram {
  readonly labels: LabelSet;
  /** Seconds. */
  readonly sum: number;
  readonly count: number;
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

export interface Push {
  readonly metrics: readonly PushedMetric[];
  /** It arrived: the next delta begins where this one ended. Until then nothing of it counts as told. */
  arrived(): void;
}

/**
 * Turns exact sums into what pushes tell. A delta is what is new since the pushes that arrived, so one that failed is in
 * the next. Wire numbers are doubles: what rounding takes from one delta is in the next too, so they add up to the sum.
 */
export class MetricPoints {
  readonly #temporality: Temporality;
  /** What has been told, by series, each in the units of its family. Only deltas need it. */
  readonly #told = new Map<string, readonly bigint[]>();

  constructor(temporality: Temporality) {
    this.#temporality = temporality;
  }

  next(families: Iterable<MetricFamily>): Push {
    const telling = new Map<string, readonly bigint[]>();
    const metrics: PushedMetric[] = [];
    for (const family of families) {
      const { name, help } = family;
      const points = [];
      if (family.kind === 'counter') {
        for (const { labels, value } of family.points) {
          const [told] = this.#tell(telling, name, labels, [{ value, scale: family.scale }]) ?? [];
          if (told !== undefined) points.push({ labels, value: told });
        }
        if (points.length > 0) metrics.push({ name, help, kind: 'counter', isInteger: family.scale === 0, points });
      } else if (family.kind === 'gauge') {
        // It is as it is, whatever was told before. JSON and dashboards know no infinity.
        const gauges = [...family.points].filter(({ value }) => Number.isFinite(value));
        if (gauges.length > 0) metrics.push({ name, help, kind: 'gauge', points: gauges });
      } else {
        const histograms: PushedHistogram[] = [];
        for (const { labels, histogram } of family.points) {
          const sums = [
            { value: histogram.sumUs.value, scale: SECONDS_SCALE },
            ...histogram.counts.map((count) => ({ value: BigInt(count), scale: 0 })),
          ];
          const told = this.#tell(telling, name, labels, sums);
          if (told === undefined) continue;
          const [sum = 0, ...counts] = told;
          const bounds = histogram.boundsUs.map((bound) => bound / 10 ** SECONDS_SCALE);
          const count = counts.reduce((all, each) => all + each, 0);
          histograms.push({ labels, sum, count, bounds, counts });
        }
        if (histograms.length > 0) metrics.push({ name, help, kind: 'histogram', points: histograms });
      }
    }
    return {
      metrics,
      arrived: () => {
        for (const [key, sums] of telling) this.#told.set(key, sums);
      },
    };
  }

  /** The numbers of one series for the wire; `undefined` when a delta has nothing new. */
  #tell(
    telling: Map<string, readonly bigint[]>,
    name: string,
    labels: LabelSet,
    sums: readonly { readonly value: bigint; readonly scale: number }[],
  ): readonly number[] | undefined {
    if (this.#temporality === 'cumulative') return sums.map(({ value, scale }) => Number(decimalText(value, scale)));
    const key = `${name}{${labels.text}}`;
    const told = this.#told.get(key);
    const news = sums.map(({ value }, index) => value - (told?.[index] ?? 0n));
    if (news.every((value) => value === 0n)) return undefined;
    const doubles = news.map((value, index) => toDouble(value, sums[index]?.scale ?? 0));
    telling.set(
      key,
      doubles.map((double, index) => (told?.[index] ?? 0n) + fromDouble(double, sums[index]?.scale ?? 0)),
    );
    return doubles;
  }
}

function toDouble(value: bigint, scale: number): number {
  return value < 0n ? -Number(decimalText(-value, scale)) : Number(decimalText(value, scale));
}

/** What a double says, in units of 10^−scale, rounded to one of them. */
function fromDouble(double: number, scale: number): bigint {
  return BigInt(double.toFixed(scale).replace('.', ''));
}
