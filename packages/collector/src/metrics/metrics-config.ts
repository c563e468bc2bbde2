/** What `GET /metrics` and the push tell about calls. */
export interface MetricsConfig {
  /** Most values of each label; a label at 0 is left out. */
  readonly labels: Readonly<Record<string, number>>;
  /** Most series of the counters. */
  readonly seriesMax: number;
  /** Most series of each histogram, every one of them some fifteen lines. */
  readonly histogramSeriesMax: number;
  /** Where the same figures are pushed to. */
  readonly otlp?: MetricsPushConfig;
}

export const TEMPORALITIES = ['cumulative', 'delta'] as const;
export type Temporality = (typeof TEMPORALITIES)[number];

export interface MetricsPushConfig {
  /** The full URL that is posted to. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly temporality: Temporality;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/** First-class dimensions, each with room for what a large customer of ours has. */
export const DEFAULT_METRICS = {
  labels: {
    provider: 50,
    model: 200,
    operation: 20,
    customer_id: 1000,
    feature_name: 200,
    team: 100,
    environment: 20,
  },
  seriesMax: 5000,
  histogramSeriesMax: 500,
} as const satisfies MetricsConfig;
