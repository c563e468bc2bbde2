import type { Field } from './fields.ts';
import type { Filter } from './filter.ts';
import type { Metric } from './metrics.ts';
import type { TimeRange } from './periods.ts';

export const GRAINS = ['none', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const;
export type Grain = (typeof GRAINS)[number];

export const WEEK_STARTS = ['monday', 'sunday'] as const;
export type WeekStart = (typeof WEEK_STARTS)[number];

export const USAGE_LIMIT_DEFAULT = 100;
export const USAGE_LIMIT_MAX = 10_000;
/** Most rows of one answer. */
export const USAGE_ROWS_MAX = 100_000;

/** A usage question, already parsed: see `parseUsageQuery`. */
export interface UsageQuery extends TimeRange {
  /** Microseconds since 1970 UTC; the interval is `[fromUs, toUs)` over the start of the call. */
  readonly fromUs: number;
  readonly toUs: number;
  /** IANA name. Decides where hours, days, weeks and months begin. */
  readonly timezone: string;
  readonly grain: Grain;
  /** With the grain `minute`: minutes in a bucket, counted from local midnight. 1 unless given. */
  readonly bucketMinutes?: number;
  /** Monday unless given. */
  readonly weekStart?: WeekStart;
  readonly metrics: readonly Metric[];
  readonly groupBy: readonly Field[];
  /** All must hold. */
  readonly filters: readonly Filter[];
  readonly orderBy: { readonly field: string; readonly direction: 'asc' | 'desc' };
  /** Most groups that stand alone in each time bucket; the rest is folded into `(other)`. */
  readonly limit: number;
  /** `zero` shows the buckets in which nothing happened. `none` unless given. */
  readonly fill?: 'none' | 'zero';
  /** The period that every row and the total are held against. */
  readonly compare?: TimeRange;
  /** What was known at this instant, by the ledger's own clock. Everything unless given. */
  readonly asOfUs?: number;
  /** Instead of folding what is beyond the limit: pages of groups. `skip` groups stood on the pages before. */
  readonly page?: { readonly skip: number };
}

export type UsageCell = string | number | null;

/**
 * Values by metric name (and group name, and `time`). Money is a decimal string, a count an integer (a decimal string
 * when it is not a whole number below 2⁵³), unknown is `null`. With a comparison it also has `previous`: see {@link previousOf}.
 */
export type UsageRow = Readonly<Record<string, UsageCell>>;

/** The values of the period before beside a row; `undefined` when the question compared nothing. Their `time` is their own bucket's. */
export function previousOf(row: UsageRow): UsageRow | undefined {
  return (row as unknown as { readonly previous?: UsageRow }).previous;
}

/** The answer, as it goes over the wire. */
export interface UsageResult {
  readonly rows: readonly UsageRow[];
  readonly total: UsageRow;
  /** Calls inside the question that have no cost. They are counted, never priced at 0. */
  readonly unpriced_calls: number;
  /** Calls inside the question that arrived long after they had ended. */
  readonly late_calls: number;
  /** Calls whose rows are deleted: they are in the sums, under `(expired)` where a group is no longer known, and in no percentile. */
  readonly expired_calls: number;
  /** What the answer was added up from. */
  readonly source: 'roll-up' | 'calls';
  /** ISO instant: every call acknowledged up to it is in the answer. */
  readonly complete_to: string;
  /** Start of the first call that the ledger knows of; `null` when it has none. */
  readonly data_from: string | null;
  /**
   * With `asOf` or on a page: calls that started before this instant were deleted since, and are counted as they are known
   * now. Absent when all of the answer is as of then.
   */
  readonly as_of_from?: string;
  /** The period of `previous`, when the question asked for one. */
  readonly compared_with?: { readonly from: string; readonly to: string };
  /** With `fold: false`: give it as `cursor` for the next page; `null` on the last one. */
  readonly next_cursor?: string | null;
}
