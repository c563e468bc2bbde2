import { METRICS, type MetricKind, type MetricName } from './metric-catalogue.ts';

/** How many different values each label has, as far as they combine. */
export interface SeriesInput {
  readonly labels: Readonly<Record<string, number>>;
  /** Combinations that really occur as a share of those that could; 1 is the worst case. */
  readonly density?: number;
  /** Token meters, outcomes and quota buckets in use. */
  readonly meters?: number;
  readonly outcomes?: number;
  readonly hosts?: number;
  /** Percentiles switched on for distributions. */
  readonly percentiles?: boolean;
}

export interface SeriesEstimate {
  readonly metric: MetricName;
  readonly kind: MetricKind;
  readonly combinations: number;
  /** What Datadog counts: a distribution is five of each, and five more with percentiles. */
  readonly series: number;
}

/** Custom-metric series of one distribution. Source: Datadog, "Custom Metrics Billing", read 2026-11-23. */
const SERIES_OF: Readonly<Record<MetricKind, number>> = { count: 1, gauge: 1, distribution: 5 };
const PERCENTILE_SERIES = 5;

/**
 * How many custom metrics the metrics of calls would be, before anything is sent. An upper bound, since Datadog counts
 * combinations that occur.
 */
export function estimateSeries(input: SeriesInput): readonly SeriesEstimate[] {
  const { labels, density = 1, meters = 5, outcomes = 2, hosts = 1, percentiles = false } = input;
  const combinations = Math.ceil(Object.values(labels).reduce((all, values) => all * Math.max(1, values), 1) * density);
  const of = { meter: meters, outcome: outcomes } as Readonly<Record<string, number>>;
  return (Object.keys(METRICS) as MetricName[]).flatMap((metric) => {
    const { kind, ...rest } = METRICS[metric];
    if (!('ofCall' in rest)) return [];
    const tags: readonly string[] = 'tags' in rest ? rest.tags : [];
    const own = tags.reduce((all, tag) => all * (of[tag] ?? 1), combinations * hosts);
    const each = SERIES_OF[kind] + (kind === 'distribution' && percentiles ? PERCENTILE_SERIES : 0);
    return [{ metric, kind, combinations: own, series: own * each }];
  });
}
