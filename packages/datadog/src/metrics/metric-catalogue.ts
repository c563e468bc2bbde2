/** What a metric is to Datadog. A distribution is sent by DogStatsD; OTLP histograms become one. */
export type MetricKind = 'count' | 'gauge' | 'distribution';

export interface CatalogueMetric {
  readonly kind: MetricKind;
  readonly about: string;
  /** Labels beside those of the call. */
  readonly tags?: readonly string[];
  /** True when it carries the labels of the call (`CallLabels`). */
  readonly ofCall?: true;
  /** Sent by `attach`, by the collector, or by both. */
  readonly from: readonly ('attach' | 'collector')[];
}

const BOTH = ['attach', 'collector'] as const;
const COLLECTOR = ['collector'] as const;
const QUOTA_TAGS = ['rule', 'unit', 'per', 'bucket'] as const;

/**
 * Every metric that can arrive at Datadog and the tags it carries: dashboards and monitors may ask for nothing else. A test
 * holds it to what the meters of this package and the collector's push really send.
 */
export const METRICS = {
  costspan_cost_usd_total: { kind: 'count', ofCall: true, from: BOTH, about: 'What the calls cost, in US dollars.' },
  costspan_tokens_total: { kind: 'count', ofCall: true, tags: ['meter'], from: BOTH, about: 'Tokens by meter.' },
  costspan_calls_total: { kind: 'count', ofCall: true, tags: ['outcome'], from: BOTH, about: 'Calls by outcome.' },
  costspan_call_duration_seconds: { kind: 'distribution', ofCall: true, from: BOTH, about: 'How long calls took.' },
  costspan_time_to_first_token_seconds: {
    kind: 'distribution',
    ofCall: true,
    from: BOTH,
    about: 'How long streamed calls took to their first token.',
  },
  costspan_unpriced_calls_total: {
    kind: 'count',
    tags: ['provider', 'model', 'reason'],
    from: BOTH,
    about: 'Calls without a known cost, by what they lack.',
  },
  costspan_reported_cost_usd_total: {
    kind: 'count',
    tags: ['provider', 'model'],
    from: BOTH,
    about: 'What providers said calls cost that the price cards know too.',
  },
  costspan_computed_cost_usd_total: {
    kind: 'count',
    tags: ['provider', 'model'],
    from: BOTH,
    about: 'What the price cards say the same calls cost.',
  },
  costspan_cache_savings_usd_total: {
    kind: 'count',
    ofCall: true,
    from: BOTH,
    about: 'What tokens read from the cache would have cost more as fresh input.',
  },
  costspan_quota_used_ratio: {
    kind: 'gauge',
    tags: QUOTA_TAGS,
    from: COLLECTOR,
    about: 'Used and reserved as a share of the limit.',
  },
  costspan_quota_burn_rate: {
    kind: 'gauge',
    tags: [...QUOTA_TAGS, 'window'],
    from: COLLECTOR,
    about: 'How fast a limit is used; window:period is the use projected at its end, as a share of the limit.',
  },
  costspan_quota_limit: {
    kind: 'gauge',
    tags: QUOTA_TAGS,
    from: COLLECTOR,
    about: 'The limit, in US dollars, tokens or requests.',
  },
  costspan_attach_dropped_values_total: {
    kind: 'count',
    tags: ['label'],
    from: ['attach'],
    about: 'Calls with a label value beyond the bound of its label.',
  },
  costspan_attach_tag_collisions_total: {
    kind: 'count',
    tags: ['label'],
    from: ['attach'],
    about: 'Calls with a label value that Datadog cannot tell from another.',
  },
  costspan_attach_heartbeat: {
    kind: 'gauge',
    from: ['attach'],
    about: 'Sent every minute by each process that is attached: its absence is an outage of the numbers.',
  },
} as const satisfies Record<string, CatalogueMetric>;

export type MetricName = keyof typeof METRICS;
