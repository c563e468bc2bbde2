import { METER_NAMES, type Meter } from '@costspan/usage';
import type { Field, Filter } from './fields.ts';

export const GRAINS = ['none', 'minute', 'hour', 'day', 'week', 'month'] as const;
export type Grain = (typeof GRAINS)[number];

/** Metrics beside the meters. Amounts are in USD: a call in another currency is in no sum and counts as
 * unpriced. `list_cost` is the price without contracts, which without contracts is the cost. */
export const CALL_METRICS = [
  'calls',
  'cost',
  'list_cost',
  'errors',
  'unpriced_calls',
  'duration_ms_avg',
  'duration_ms_p50',
  'duration_ms_p95',
] as const;
export type Metric = (typeof CALL_METRICS)[number] | Meter;
export const METRICS: readonly Metric[] = [...CALL_METRICS, ...METER_NAMES];

const metricNames: ReadonlySet<string> = new Set(METRICS);

export function isMetric(name: string): name is Metric {
  return metricNames.has(name);
}

export const USAGE_LIMIT_DEFAULT = 100;
export const USAGE_LIMIT_MAX = 10_000;

/** A usage question, already parsed: see `parseUsageQuery`. */
export interface UsageQuery {
  /** Microseconds since 1970 UTC; the interval is `[fromUs, toUs)` over the start of the call. */
  readonly fromUs: number;
  readonly toUs: number;
  /** IANA name. Decides where hours, days, weeks (Monday) and months begin. */
  readonly timezone: string;
  readonly grain: Grain;
  readonly metrics: readonly Metric[];
  readonly groupBy: readonly Field[];
  /** All must hold. */
  readonly filters: readonly Filter[];
  readonly orderBy: { readonly field: string; readonly direction: 'asc' | 'desc' };
  /** Most groups that stand alone in each time bucket; the rest is folded into `(other)`. */
  readonly limit: number;
}

/**
 * Values by metric name (and group name, and `time`). Money is a decimal string, a count an integer (a decimal string
 * when it is not a whole number below 2⁵³), unknown is `null`.
 */
export type UsageRow = Readonly<Record<string, string | number | null>>;

/** The answer, as it goes over the wire. */
export interface UsageResult {
  readonly rows: readonly UsageRow[];
  readonly total: UsageRow;
  /** Calls inside the question that have no cost. They are counted, never priced at 0. */
  readonly unpriced_calls: number;
  /** ISO instant: every call acknowledged up to it is in the answer. */
  readonly complete_to: string;
}
