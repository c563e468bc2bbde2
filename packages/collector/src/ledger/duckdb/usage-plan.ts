import { HOUR_US } from '../../query/bucket-starts.ts';
import { isRolledUp } from '../../query/fields.ts';
import { fieldsOf, hasMeasure } from '../../query/filter.ts';
import type { TimeRange } from '../../query/periods.ts';
import { offsetSpans } from '../../query/time-zone.ts';
import type { UsageQuery } from '../../query/usage-query.ts';
import type { Connection, SqlCell } from './database.ts';
import type { CallSource, MetricSql } from './metric-sql.ts';
import type { SqlParams } from './sql-params.ts';

/** How far the sums by hour reach, in one snapshot. Microseconds since 1970 UTC. */
export interface RollUpState {
  /** Calls received up to here are in `hours`; so `hours` and the calls received later are everything, once. */
  readonly rolledToUs: number;
  /** Calls that started earlier may be deleted and are counted from `hours`. A whole UTC hour. */
  readonly callsFromUs: number;
  /** Start of the first call there is or was; `undefined` in an empty ledger. */
  readonly dataFromUs: number | undefined;
}

export async function readRollUpState(connection: Connection): Promise<RollUpState> {
  const [row] = await connection.rows(
    `SELECT epoch_us(rolled_to), epoch_us(calls_from),
       epoch_us(least((SELECT min(started_at) FROM calls), (SELECT min(hour) FROM hours WHERE hour < calls_from)))
     FROM roll_up`,
  );
  const [rolledTo, callsFrom, dataFrom] = row as [SqlCell, SqlCell, SqlCell];
  return {
    rolledToUs: Number(rolledTo),
    callsFromUs: Number(callsFrom),
    dataFromUs: dataFrom === null ? undefined : Number(dataFrom),
  };
}

/** A part of the rows that a question is about; the parts hold every call once. */
export interface RowsOf {
  readonly source: CallSource;
  readonly conditions: readonly string[];
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
  const calls = [`started_at >= ${params.instant(range.fromUs)}`, `started_at < ${params.instant(range.toUs)}`];
  if (asOfUs !== undefined) calls.push(`received_at <= ${params.instant(asOfUs)}`);
  const unrolled = () => `received_at > ${params.instant(state.rolledToUs)}`;
  if (source === 'hours') {
    return [hoursOf(range, range.toUs, params), { source: 'calls', conditions: [...calls, unrolled()] }];
  }
  if (range.fromUs >= state.callsFromUs) return [{ source: 'calls', conditions: calls }];
  const kept = `(started_at >= ${params.instant(state.callsFromUs)} OR ${unrolled()})`;
  return [
    hoursOf(range, Math.min(range.toUs, state.callsFromUs), params),
    { source: 'calls', conditions: [...calls, kept] },
  ];
}
