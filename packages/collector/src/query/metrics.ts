import { METER_NAMES, type Meter } from '@costspan/usage';

/**
 * How a value is written: `count` an integer, `decimal` a count that may have a fraction, `money` and `money_per_call` a decimal
 * string, `ratio` and `rate` a number, `ms` a number of milliseconds to the microsecond.
 */
export type MetricUnit = 'count' | 'decimal' | 'money' | 'money_per_call' | 'ratio' | 'rate' | 'ms';

interface MetricWords {
  readonly unit: MetricUnit;
  /** What it is, as the API tells it. */
  readonly is: string;
}

/** A quantile is the smallest value that at least this share of the calls does not exceed: always one that was measured. */
export const QUANTILES = { p50: '0.5', p75: '0.75', p90: '0.9', p95: '0.95', p99: '0.99' } as const;
export type Quantile = keyof typeof QUANTILES;

const millis = <What extends string>(
  what: What,
  of: string,
): Readonly<Record<`${What}_${'avg' | Quantile}`, MetricWords>> =>
  Object.fromEntries([
    [`${what}_avg`, { unit: 'ms', is: `Mean ${of}` }],
    ...Object.entries(QUANTILES).map(([name, share]) => [
      `${what}_${name}`,
      { unit: 'ms', is: `The smallest ${of} that ${share.slice(2).padEnd(2, '0')} % of the calls do not exceed` },
    ]),
  ]);

/**
 * Metrics beside the meters. Amounts are in USD: a call in another currency is in no sum and counts as unpriced. Ratios
 * are ratios of sums, and null when what they divide by is nothing or unknown.
 */
export const CALL_METRICS = {
  calls: { unit: 'count', is: 'Calls' },
  cost: { unit: 'money', is: 'What the calls cost' },
  list_cost: { unit: 'money', is: 'Without contracts; without contracts that is the cost' },
  contracted_cost: { unit: 'money', is: 'With contracts, of the calls whose prices know the difference' },
  resale_cost: { unit: 'money', is: 'What one’s own customers pay, of the calls that have a resale price' },
  margin: { unit: 'money', is: 'Resale less cost, over the calls that have both' },
  input_cost: { unit: 'money', is: 'Part of the cost: prompt tokens that were not cached' },
  cache_read_cost: { unit: 'money', is: 'Part of the cost: tokens read from a cache' },
  cache_write_cost: { unit: 'money', is: 'Part of the cost: tokens written to a cache' },
  output_cost: { unit: 'money', is: 'Part of the cost: answers, reasoning included' },
  other_cost: { unit: 'money', is: 'Part of the cost: all that is no token, and what came without cost lines' },
  errors: { unit: 'count', is: 'Calls that ended in an error' },
  error_rate: { unit: 'ratio', is: 'errors / calls' },
  unpriced_calls: { unit: 'count', is: 'Calls that are not in cost: unknown, or in another currency than USD' },
  estimated_calls: { unit: 'count', is: 'Calls whose counts are an estimate' },
  late_calls: {
    unit: 'count',
    is: 'Calls that the ledger got long after they had ended; what ended before there was the ledger is history and not late',
  },
  tokens: { unit: 'count', is: 'input_tokens + output_tokens' },
  cost_per_call: { unit: 'money_per_call', is: 'cost / calls that are in it; 18 decimals, half to even' },
  cache_hit_share: { unit: 'ratio', is: 'cache_read_tokens / input_tokens' },
  customers: { unit: 'count', is: 'Different values of customer_id' },
  users: { unit: 'count', is: 'Different values of user' },
  ...millis('duration_ms', 'duration'),
  ...millis('time_to_first_token_ms', 'time to the first token'),
  output_tokens_per_second: { unit: 'rate', is: 'output_tokens / duration, of the calls that have both' },
} as const satisfies Readonly<Record<string, MetricWords>>;

export type CallMetric = keyof typeof CALL_METRICS;
export type Metric = CallMetric | Meter;

const CALL_METRIC_NAMES = Object.keys(CALL_METRICS) as readonly CallMetric[];
export const METRICS: readonly Metric[] = [...CALL_METRIC_NAMES, ...METER_NAMES];

const names: ReadonlySet<string> = new Set(METRICS);

export function isMetric(name: string): name is Metric {
  return names.has(name);
}

export function metricUnit(metric: Metric): MetricUnit {
  if (metric in CALL_METRICS) return CALL_METRICS[metric as CallMetric].unit;
  // The one meter that may have a fraction.
  return metric === 'seconds' ? 'decimal' : 'count';
}

/** The value of a metric over no calls at all: sums are zero, and what is not a sum is unknown. */
export function nothing(metric: Metric): string | number | null {
  const unit = metricUnit(metric);
  if (unit === 'money') return '0';
  return unit === 'count' || unit === 'decimal' ? 0 : null;
}
