/** A metric of `GET /metrics`, as dashboards and alert rules may ask for it. */
export interface KnownMetric {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** Every label it carries by default, `le` of a histogram aside. */
  readonly labels: readonly string[];
}

/** The labels of a call that are on by default; `metrics.labels` of the collector may leave some out or add tags. */
const CALL_LABELS = ['provider', 'model', 'operation', 'customer_id', 'feature_name', 'team', 'environment'] as const;

const QUOTA_LABELS = ['rule', 'unit', 'per', 'bucket'] as const;

const counter = (...labels: readonly string[]): KnownMetric => ({ kind: 'counter', labels });
const gauge = (...labels: readonly string[]): KnownMetric => ({ kind: 'gauge', labels });
const histogram = (...labels: readonly string[]): KnownMetric => ({ kind: 'histogram', labels });

/**
 * Every metric that the dashboards and alert rules of this package may ask for. A test of the collector's real `/metrics`
 * holds the `costspan_*` names, kinds and labels to it; the rest are the names that the usual exporters give.
 */
export const METRICS: Readonly<Record<string, KnownMetric>> = {
  costspan_cost_usd_total: counter(...CALL_LABELS),
  costspan_cache_savings_usd_total: counter(...CALL_LABELS),
  costspan_tokens_total: counter(...CALL_LABELS, 'meter'),
  costspan_calls_total: counter(...CALL_LABELS, 'outcome'),
  costspan_call_duration_seconds: histogram(...CALL_LABELS),
  costspan_time_to_first_token_seconds: histogram(...CALL_LABELS),
  costspan_unpriced_calls_total: counter('provider', 'model', 'reason'),
  costspan_reported_cost_usd_total: counter('provider', 'model'),
  costspan_computed_cost_usd_total: counter('provider', 'model'),

  costspan_ledger_cost_usd: gauge(),
  costspan_ledger_calls: gauge(),

  costspan_quota_used_ratio: gauge(...QUOTA_LABELS),
  costspan_quota_limit: gauge(...QUOTA_LABELS),
  costspan_quota_reserved: gauge(...QUOTA_LABELS),
  costspan_quota_burn_rate: gauge(...QUOTA_LABELS, 'window'),
  costspan_quota_buckets: gauge('rule', 'unit', 'per'),
  costspan_quota_decisions_total: counter('outcome'),
  costspan_quota_overshoot_usd_total: counter(),
  costspan_quota_overshoot_tokens_total: counter(),
  costspan_quota_store_up: gauge(),
  costspan_quota_owed: gauge(),
  costspan_quota_feed_waiting: gauge(),

  costspan_collector_requests_total: counter(),
  costspan_collector_requests_invalid_total: counter(),
  costspan_collector_requests_busy_total: counter(),
  costspan_collector_requests_unauthorized_total: counter(),
  costspan_collector_spans_received_total: counter(),
  costspan_collector_calls_recorded_total: counter(),
  costspan_collector_calls_duplicate_total: counter(),
  costspan_collector_calls_superseded_total: counter(),
  costspan_collector_calls_expired_total: counter(),
  costspan_collector_calls_rejected_total: counter(),
  costspan_collector_counts_invalid_total: counter(),
  costspan_collector_tags_refused_total: counter(),
  costspan_collector_ledger_failures_total: counter(),
  costspan_collector_card_reloads_refused_total: counter(),
  costspan_collector_spans_forwarded_total: counter(),
  costspan_collector_spans_dropped_total: counter(),
  costspan_collector_export_retries_total: counter(),
  costspan_collector_metric_overflow_total: counter(),
  costspan_collector_metric_foreign_total: counter(),
  costspan_collector_metering_lag_seconds: histogram(),
  costspan_collector_metric_series: gauge('table'),
  costspan_collector_metric_series_max: gauge('table'),
  costspan_collector_metric_label_values: gauge('label'),
  costspan_collector_metric_label_values_max: gauge('label'),

  up: gauge('job', 'instance'),
  scrape_samples_scraped: gauge('job', 'instance'),
  scrape_duration_seconds: gauge('job', 'instance'),
  process_cpu_seconds_total: counter('job', 'instance'),
  process_resident_memory_bytes: gauge('job', 'instance'),
  process_start_time_seconds: gauge('job', 'instance'),

  container_cpu_usage_seconds_total: counter('namespace', 'pod', 'container'),
  container_memory_working_set_bytes: gauge('namespace', 'pod', 'container'),
  container_network_receive_bytes_total: counter('namespace', 'pod', 'interface'),
  container_network_transmit_bytes_total: counter('namespace', 'pod', 'interface'),
  DCGM_FI_DEV_GPU_UTIL: gauge('namespace', 'pod', 'container', 'gpu'),
  DCGM_FI_DEV_FB_USED: gauge('namespace', 'pod', 'container', 'gpu'),
};

/** The metric that a series name belongs to: buckets, sums and counts are parts of a histogram. */
export function metricOf(series: string): { readonly name: string; readonly metric: KnownMetric } | undefined {
  for (const name of [series, series.replace(/_(bucket|sum|count)$/, '')]) {
    const metric = METRICS[name];
    if (metric !== undefined && (name === series) === (metric.kind !== 'histogram')) return { name, metric };
  }
  return undefined;
}
