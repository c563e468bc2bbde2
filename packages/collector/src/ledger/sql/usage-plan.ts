import { HOUR_US } from '../../query/bucket-starts.ts';
import { isRolledUp } from '../../query/fields.ts';
import { fieldsOf, hasMeasure } from '../../query/filter.ts';
import type { TimeRange } from '../../query/periods.ts';
import { offsetSpans } from '../../query/time-zone.ts';
import type { UsageQuery } from '../../query/usage-query.ts';
import type { CallSource, MetricSql } from './metric-sql.ts';
import type { SqlParams } from './sql-params.ts';

/** How far the sums by hour reach, in one snapshot. Microseconds since 1970 UTC. */
export interface RollUpState {
  /** Calls received up to here are in `hours`; so `hours` and the calls received later are everything, once. */
  readonly rolledToUs: number;
  /** Calls that started earlier may be deleted and are counted from `hours`. A whole UTC hour. */
  readonly callsFromUs: number;
  /** Knowledge time of the last deletion: what was deleted by then can only be told as it is now. */
  readonly deletedUs: number;
  /** Start of the first call there is or was; `undefined` in an empty ledger. */
  readonly dataFromUs: number | undefined;
}

/** A part of the rows that a question is about; the parts hold every call once. */
export interface RowsOf {
  readonly source: CallSource;
  readonly conditions: readonly string[];
  /** They are calls whose place another span has taken since the instant that is asked about. */
  readonly isTakenBack?: true;
}

/** Whether the sums by hour can answer a question exactly: its buckets, fields and metrics are all made of them. */
export function answersFromHours(query: UsageQuery, metrics: readonly MetricSql[], state: RollUpState): boolean {
  return (
    state.rolledToUs > 0 &&
    metrics.every((metric) => metric.fromHours) &&
    [...query.groupBy, ...fieldsOf(query.filters)].every(isRolledUp) &&
    !hasMeasure(query.filters) &&
    (query.asOfUs === undefined || query.asOfUs >= state.rolledToUs) &&
    [query, query.compare ?? query].every((range) => onWholeHours(query, range))
  );
}

function onWholeHours({ grain, timezone }: UsageQuery, { fromUs, toUs }: TimeRange): boolean {
  if (fromUs % HOUR_US !== 0 || toUs % HOUR_US !== 0 || grain === 'minute') return false;
  if (grain === 'none') return true;
  return offsetSpans(timezone, fromUs, toUs).every(
    (span) => span.offsetUs % HOUR_US === 0 && span.fromUs % HOUR_US === 0,
  );
}

/**
 * Calls that started before this are counted as they are now, though the question asks as of an instant before they were
 * deleted. `undefined` when all of the answer is as of then.
 */
export function deletedSince(query: UsageQuery, state: RollUpState): number | undefined {
  if (query.asOfUs === undefined || query.asOfUs >= state.deletedUs) return undefined;
  const firstUs = Math.min(query.fromUs, query.compare?.fromUs ?? query.fromUs);
  return firstUs < state.callsFromUs ? state.callsFromUs : undefined;
}

/** The hours of `[fromUs, untilUs)`: one belongs to the period and bucket that hold its start. */
export function hoursOf({ fromUs }: TimeRange, untilUs: number, params: SqlParams): RowsOf {
  return { source: 'hours', conditions: [`hour >= ${params.instant(fromUs)}`, `hour < ${params.instant(untilUs)}`] };
}

/** Where the rows of one period are. From the calls, those of deleted time are taken from `hours`. */
export function rowsOf(
  range: TimeRange,
  { asOfUs }: UsageQuery,
  state: RollUpState,
  source: CallSource,
  params: SqlParams,
): RowsOf[] {
  const inRange = [`started_at >= ${params.instant(range.fromUs)}`, `started_at < ${params.instant(range.toUs)}`];
  const past: RowsOf[] =
    asOfUs === undefined || !params.dialect.keepsTakenBack
      ? []
      : [{ source: 'calls', conditions: inRange, isTakenBack: true }];
  const calls = asOfUs === undefined ? inRange : [...inRange, `received_at <= ${params.instant(asOfUs)}`];
  const unrolled = () => `received_at > ${params.instant(state.rolledToUs)}`;
  if (source === 'hours') {
    return [hoursOf(range, range.toUs, params), { source: 'calls', conditions: [...calls, unrolled()] }, ...past];
  }
  if (range.fromUs >= state.callsFromUs) return [{ source: 'calls', conditions: calls }, ...past];
  const kept = `(started_at >= ${params.instant(state.callsFromUs)} OR ${unrolled()})`;
  return [
    hoursOf(range, Math.min(range.toUs, state.callsFromUs), params),
    { source: 'calls', conditions: [...calls, kept] },
    ...past,
  ];
}
