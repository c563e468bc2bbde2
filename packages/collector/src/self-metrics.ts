import { CallMetrics } from './metrics/call-metrics.ts';
import { labelSet } from './metrics/label-set.ts';
import { MeteringLag } from './metrics/metering-lag.ts';
import type { MetricFamily } from './metrics/metric-family.ts';
import { DEFAULT_METRICS, type MetricsConfig } from './metrics/metrics-config.ts';
import { processFigures } from './metrics/process-figures.ts';
import { prometheusText } from './metrics/prometheus-text.ts';

/** What the collector counts about itself. Every count only grows; names and meanings are those of `GET /metrics`. */
const COUNTERS = {
  requests: ['costspan_collector_requests_total', 'Requests to POST /v1/traces, whatever became of them.'],
  requestsInvalid: ['costspan_collector_requests_invalid_total', 'Requests answered 400, 413 or 415.'],
  requestsBusy: ['costspan_collector_requests_busy_total', 'Requests answered 503 because a bound was reached.'],
  requestsUnauthorized: ['costspan_collector_requests_unauthorized_total', 'Requests answered 401.'],
  requestsForbidden: [
    'costspan_collector_requests_forbidden_total',
    'Requests answered 403: the key may not ask this.',
  ],
  requestsLimited: ['costspan_collector_requests_limited_total', 'Requests answered 429: the key asked too often.'],
  keyReloadsRefused: [
    'costspan_collector_key_reloads_refused_total',
    'Looks at a changed key file that could not be read; the keys before it stay.',
  ],
  auditOmitted: [
    'costspan_collector_audit_omitted_total',
    'Lines that are not in the audit log: too many of requests without a key, or the disk did not take them.',
  ],
  connectionsRefused: ['costspan_collector_connections_refused_total', 'Connections beyond connectionsMax.'],
  spansReceived: ['costspan_collector_spans_received_total', 'Spans in requests that were acknowledged.'],
  callsRecorded: ['costspan_collector_calls_recorded_total', 'Calls the ledger took in.'],
  callsDuplicate: [
    'costspan_collector_calls_duplicate_total',
    'Calls the ledger already had, such as those of a retry.',
  ],
  callsSuperseded: [
    'costspan_collector_calls_superseded_total',
    'Calls of a library around a provider call that are billed no more, since the provider call has come.',
  ],
  callsExpired: [
    'costspan_collector_calls_expired_total',
    'Calls of a time of which the ledger has deleted the calls; left out, since they may be in its sums.',
  ],
  callsRejected: ['costspan_collector_calls_rejected_total', 'Billable spans without a valid id or time.'],
  callsUnpriced: ['costspan_collector_calls_unpriced_total', 'Calls without a total.'],
  countsInvalid: ['costspan_collector_counts_invalid_total', 'Counts that were no whole number or no known meter.'],
  tagsRefused: ['costspan_collector_tags_refused_total', 'Tags with a bad key or value, or more than a call carries.'],
  subjectsRefused: [
    'costspan_collector_subjects_refused_total',
    'Tags that name a person and were left out, since privacy.subjectsMax persons are known.',
  ],
  ledgerFailures: ['costspan_collector_ledger_failures_total', 'Batches the ledger could not write; answered 503.'],
  exportsMade: ['costspan_collector_exports_made_total', 'Periods that scheduled exports have put.'],
  exportsFailed: [
    'costspan_collector_exports_failed_total',
    'Attempts at a scheduled export that failed; each is made again with the next look.',
  ],
  journalRefused: [
    'costspan_collector_journal_refused_total',
    'Acknowledged batches that the ledger did not take at the start; each is kept in a file beside the journal.',
  ],
  cardReloads: ['costspan_collector_card_reloads_total', 'Changes of card files that are in force.'],
  cardReloadsRefused: [
    'costspan_collector_card_reloads_refused_total',
    'Changes of card files that were refused; the last good prices stay.',
  ],
  spansForwarded: ['costspan_collector_spans_forwarded_total', 'Spans an exporter delivered.'],
  spansQueuedAgain: [
    'costspan_collector_spans_queued_again_total',
    'Spans found in a queue on disk at the start, left there by an earlier run.',
  ],
  spansDropped: ['costspan_collector_spans_dropped_total', 'Spans an exporter gave up. The ledger has their calls.'],
  metricPushFailures: [
    'costspan_collector_metric_push_failures_total',
    'Pushes of metrics that did not arrive; the next one tells all of it.',
  ],
  quotaReloads: ['costspan_collector_quota_reloads_total', 'Changes of quota files that are in force.'],
  quotaReloadsRefused: [
    'costspan_collector_quota_reloads_refused_total',
    'Changes of quota files that were refused; the last good rules stay.',
  ],
  quotaFeedDropped: [
    'costspan_collector_quota_feed_dropped_total',
    'Calls that found no room in the queue of quota counters; the ledger is counted again for them.',
  ],
  quotaRecounts: [
    'costspan_collector_quota_recounts_total',
    'Times that quota counters were made what the ledger says.',
  ],
  quotaStoreEmptied: [
    'costspan_collector_quota_store_emptied_total',
    'Times that the store of quotas had lost all counters; they were counted again from the ledger.',
  ],
  quotaStoreFailures: [
    'costspan_collector_quota_store_failures_total',
    'Operations that the store of quotas did not do.',
  ],
  quotaBurnFailures: [
    'costspan_collector_quota_burn_failures_total',
    'Looks at the burn of quotas that ledger or store did not answer; the last one stays.',
  ],
  quotaAlertsTold: ['costspan_collector_quota_alerts_told_total', 'Crossed thresholds that were told.'],
  quotaAlertFailures: [
    'costspan_collector_quota_alert_failures_total',
    'Posts of alerts that did not arrive after all attempts; they are tried again a minute later.',
  ],
  exportRetries: ['costspan_collector_export_retries_total', 'Deliveries that were tried again.'],
} as const;

export type SelfCounter = keyof typeof COUNTERS;

const NO_LABELS = labelSet([]);

/** What the collector counts about itself, and what it counts of the calls. */
export class SelfMetrics {
  readonly calls: CallMetrics;
  readonly lag = new MeteringLag();
  readonly #sources: (() => readonly MetricFamily[])[] = [];
  readonly #counts = new Map<SelfCounter, number>();

  constructor(config: MetricsConfig = DEFAULT_METRICS) {
    this.calls = new CallMetrics(config);
  }

  add(counter: SelfCounter, count = 1): void {
    this.#counts.set(counter, this.get(counter) + count);
  }

  get(counter: SelfCounter): number {
    return this.#counts.get(counter) ?? 0;
  }

  /** Tells of these families too. */
  addSource(families: () => readonly MetricFamily[]): void {
    this.#sources.push(families);
  }

  /** Everything, as it stands now. */
  families(): MetricFamily[] {
    const { calls } = this;
    return [
      ...(Object.entries(COUNTERS) as [SelfCounter, readonly [string, string]][]).map(([counter, [name, help]]) =>
        single(name, help, this.get(counter)),
      ),
      single(
        'costspan_collector_metric_overflow_total',
        'Calls counted under (other) in a metric, because a label or the number of series had reached its bound.',
        calls.overflowedCalls,
      ),
      single(
        'costspan_collector_metric_foreign_total',
        'Calls priced in another currency than US dollars without a rate of exchange, which no metric of cost holds.',
        calls.foreignCalls,
      ),
      ...calls.room(),
      ...this.lag.families(),
      ...processFigures(),
      ...calls.families(),
      ...this.#sources.flatMap((families) => families()),
    ];
  }

  /** Prometheus text exposition, version 0.0.4. */
  toPrometheus(): string {
    return prometheusText(this.families());
  }
}

function single(name: string, help: string, count: number): MetricFamily {
  return { kind: 'counter', name, help, scale: 0, points: [{ labels: NO_LABELS, value: BigInt(count) }] };
}
