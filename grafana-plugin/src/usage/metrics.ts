import { t } from '@grafana/i18n';
import type { Formats } from '../domain/format.ts';

type Unit = 'money' | 'count' | 'share' | 'ms' | 'rate';

interface Metric {
  readonly unit: Unit;
  /** True when the values of parts add up to the value of the whole. */
  readonly adds: boolean;
}

/** Metrics one can choose, in the order they are offered. Names are those of the API. */
export const METRICS = {
  cost: { unit: 'money', adds: true },
  margin: { unit: 'money', adds: true },
  resale_cost: { unit: 'money', adds: true },
  list_cost: { unit: 'money', adds: true },
  calls: { unit: 'count', adds: true },
  tokens: { unit: 'count', adds: true },
  input_tokens: { unit: 'count', adds: true },
  cache_read_tokens: { unit: 'count', adds: true },
  cache_write_tokens: { unit: 'count', adds: true },
  output_tokens: { unit: 'count', adds: true },
  output_reasoning_tokens: { unit: 'count', adds: true },
  cost_per_call: { unit: 'money', adds: false },
  cache_hit_share: { unit: 'share', adds: false },
  errors: { unit: 'count', adds: true },
  error_rate: { unit: 'share', adds: false },
  customers: { unit: 'count', adds: false },
  users: { unit: 'count', adds: false },
  duration_ms_avg: { unit: 'ms', adds: false },
  duration_ms_p50: { unit: 'ms', adds: false },
  duration_ms_p95: { unit: 'ms', adds: false },
  duration_ms_p99: { unit: 'ms', adds: false },
  time_to_first_token_ms_p50: { unit: 'ms', adds: false },
  time_to_first_token_ms_p95: { unit: 'ms', adds: false },
  output_tokens_per_second: { unit: 'rate', adds: false },
  unpriced_calls: { unit: 'count', adds: true },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];

/** The unit of Grafana's panels for a metric. */
export function panelUnit(metric: MetricName): string {
  const { unit } = METRICS[metric];
  return { money: 'currencyUSD', count: 'short', share: 'percentunit', ms: 'ms', rate: 'short' }[unit];
}

export function metricText(metric: MetricName, cell: string | number | null, formats: Formats): string {
  switch (METRICS[metric].unit) {
    case 'money':
      return formats.money(cell === null ? null : String(cell));
    case 'share':
      return formats.percent(cell === null ? null : Number(cell));
    case 'ms':
      return formats.millis(cell === null ? null : Number(cell));
    default:
      return formats.count(cell);
  }
}

export function metricName(metric: MetricName): string {
  switch (metric) {
    case 'cost':
      return t('metric.cost', 'Spend');
    case 'margin':
      return t('metric.margin', 'Margin');
    case 'resale_cost':
      return t('metric.resale', 'Revenue at resale prices');
    case 'list_cost':
      return t('metric.list', 'Spend at list prices');
    case 'calls':
      return t('metric.calls', 'Calls');
    case 'tokens':
      return t('metric.tokens', 'Tokens');
    case 'input_tokens':
      return t('metric.input', 'Input tokens');
    case 'cache_read_tokens':
      return t('metric.cache-read', 'Tokens read from cache');
    case 'cache_write_tokens':
      return t('metric.cache-write', 'Tokens written to cache');
    case 'output_tokens':
      return t('metric.output', 'Output tokens');
    case 'output_reasoning_tokens':
      return t('metric.reasoning', 'Reasoning tokens');
    case 'cost_per_call':
      return t('metric.cost-per-call', 'Spend per call');
    case 'cache_hit_share':
      return t('metric.cache-hits', 'Cache-hit share');
    case 'errors':
      return t('metric.errors', 'Failed calls');
    case 'error_rate':
      return t('metric.error-rate', 'Share of failed calls');
    case 'customers':
      return t('metric.customers', 'Active customers');
    case 'users':
      return t('metric.users', 'Active users');
    case 'duration_ms_avg':
      return t('metric.duration-avg', 'Duration, mean');
    case 'duration_ms_p50':
      return t('metric.duration-p50', 'Duration, median');
    case 'duration_ms_p95':
      return t('metric.duration-p95', 'Duration, p95');
    case 'duration_ms_p99':
      return t('metric.duration-p99', 'Duration, p99');
    case 'time_to_first_token_ms_p50':
      return t('metric.first-token-p50', 'First token, median');
    case 'time_to_first_token_ms_p95':
      return t('metric.first-token-p95', 'First token, p95');
    case 'output_tokens_per_second':
      return t('metric.speed', 'Output tokens per second');
    case 'unpriced_calls':
      return t('metric.unpriced', 'Calls without a price');
    default:
      return metric satisfies never;
  }
}
