import type { MonitorSource } from './monitor.ts';

const CALLS = 'sum:costspan_calls_total{*}.as_count()';

/** Whether the numbers are whole, and whether models answer. */
export const HEALTH_MONITORS: readonly MonitorSource[] = [
  {
    key: 'spend-untagged',
    name: 'spend belongs to no customer',
    query: ({ untaggedShare }) =>
      `sum(last_4h):sum:costspan_cost_usd_total{customer_id:*untagged*}.as_count() / sum:costspan_cost_usd_total{*}.as_count() > ${untaggedShare}`,
    thresholds: ({ untaggedShare }) => ({ critical: untaggedShare }),
    says: 'Of the spend of the last 4 hours {{value}} has no customer_id (limit {{threshold}}).',
    priority: 4,
  },
  {
    key: 'model-unpriced',
    name: 'a model has no price',
    query: () => 'sum(last_15m):sum:costspan_unpriced_calls_total{*} by {provider,model,reason}.as_count() > 0',
    thresholds: () => ({ critical: 0 }),
    says: '{{value}} calls of the last 15 minutes have no known cost (limit {{threshold}}).',
    by: ['provider', 'model', 'reason'],
    priority: 3,
  },
  {
    key: 'price-drift',
    name: 'prices drift from what providers charge',
    query: ({ driftShare }) =>
      `sum(last_1d):sum:costspan_reported_cost_usd_total{*} by {provider,model}.as_count() / sum:costspan_computed_cost_usd_total{*} by {provider,model}.as_count() > ${1 + driftShare}`,
    thresholds: ({ driftShare }) => ({ critical: 1 + driftShare }),
    says: 'Providers reported {{value}} times what the price cards say, over the last day (limit {{threshold}}).',
    by: ['provider', 'model'],
    priority: 4,
  },
  {
    key: 'error-share',
    name: 'calls of a model fail',
    query: ({ errorShare }) =>
      `sum(last_15m):sum:costspan_calls_total{outcome:error} by {provider,model}.as_count() / sum:costspan_calls_total{*} by {provider,model}.as_count() > ${errorShare}`,
    thresholds: ({ errorShare }) => ({ critical: errorShare }),
    says: 'Of the calls of the last 15 minutes {{value}} failed (limit {{threshold}}).',
    by: ['provider', 'model'],
    priority: 2,
    options: () => ({ evaluation_delay: 60 }),
  },
  {
    key: 'latency-p95',
    name: 'a model answers slowly',
    query: ({ latencySeconds }) =>
      `avg(last_15m):p95:costspan_call_duration_seconds{*} by {provider,model} > ${latencySeconds}`,
    thresholds: ({ latencySeconds }) => ({ critical: latencySeconds }),
    says: 'The slowest 5 % of calls took {{value}} seconds or more over the last 15 minutes (limit {{threshold}}).',
    by: ['provider', 'model'],
    priority: 3,
  },
  {
    key: 'no-data',
    name: 'no calls arrive',
    query: () => `sum(last_30m):${CALLS} < 1`,
    thresholds: () => ({ critical: 1 }),
    says: '{{#is_no_data}}No metrics of model calls have arrived: processes or the collector do not send.{{/is_no_data}}{{#is_alert}}{{value}} calls in the last 30 minutes (limit {{threshold}}).{{/is_alert}}',
    priority: 2,
    options: ({ noDataMinutes }) => ({ notify_no_data: true, no_data_timeframe: Math.max(60, noDataMinutes) }),
  },
];
