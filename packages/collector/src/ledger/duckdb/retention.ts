import { CostspanError } from '@costspan/usage';
import type { Connection } from './database.ts';
import type { LedgerState } from './ledger-state.ts';
import { transaction } from './transaction.ts';

/** How long rows are kept, in days; 0 keeps them for ever. */
export interface Retention {
  readonly callsDays: number;
  readonly contextDays: number;
  /** Not shorter than `callsDays`: what is in no hour any more can be in no answer. */
  readonly hoursDays: number;
}

export const KEEP_ALL: Retention = { callsDays: 0, contextDays: 0, hoursDays: 0 };

const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;

/** @throws CostspanError `LEDGER_RETENTION` when the days contradict each other. */
export function checkRetention({ callsDays, contextDays, hoursDays }: Retention): void {
  for (const [name, days] of Object.entries({ callsDays, contextDays, hoursDays })) {
    if (!Number.isInteger(days) || days < 0) {
      throw new CostspanError('LEDGER_RETENTION', `retention.${name} is ${days}; it is a whole number of days, or 0`);
    }
  }
  if (hoursDays > 0 && (callsDays === 0 || callsDays > hoursDays)) {
    throw new CostspanError(
      'LEDGER_RETENTION',
      `retention.hoursDays (${hoursDays}) must not be shorter than retention.callsDays (${callsDays || 'for ever'}); raise the first or lower the second`,
    );
  }
}

/** One kind of row that is deleted by age. */
interface Aging {
  readonly days: number;
  readonly table: 'calls' | 'context_spans' | 'hours';
  readonly column: 'started_at' | 'hour';
  readonly state: 'callsFromUs' | 'contextsFromUs' | 'hoursFromUs';
  readonly stateColumn: 'calls_from' | 'contexts_from' | 'hours_from';
}

/**
 * Deletes the oldest hour of rows that are too old, with the new bound in the same transaction. Calls are deleted only when
 * their sums are in `hours`.
 * @returns false when nothing is too old, or what is too old is not rolled up yet.
 */
export async function retainStep(
  connection: Connection,
  state: LedgerState,
  retention: Retention,
  nowUs: number,
): Promise<boolean> {
  const kinds: readonly Aging[] = [
    {
      days: retention.callsDays,
      table: 'calls',
      column: 'started_at',
      state: 'callsFromUs',
      stateColumn: 'calls_from',
    },
    {
      days: retention.contextDays,
      table: 'context_spans',
      column: 'started_at',
      state: 'contextsFromUs',
      stateColumn: 'contexts_from',
    },
    { days: retention.hoursDays, table: 'hours', column: 'hour', state: 'hoursFromUs', stateColumn: 'hours_from' },
  ];
  for (const kind of kinds) {
    if (kind.days > 0 && (await deleteOldest(connection, state, kind, nowUs))) return true;
  }
  return false;
}

async function deleteOldest(connection: Connection, state: LedgerState, kind: Aging, nowUs: number): Promise<boolean> {
  const dueUs = Math.floor((nowUs - kind.days * DAY_US) / HOUR_US) * HOUR_US;
  const horizonUs = kind.table === 'hours' ? Math.min(dueUs, state.callsFromUs) : dueUs;
  if (horizonUs <= state[kind.state]) return false;
  const [row] = await connection.rows(
    `SELECT epoch_us(date_trunc('hour', min(${kind.column}))) FROM ${kind.table} WHERE ${kind.column} < make_timestamp(${horizonUs})`,
  );
  const oldest = row?.[0];
  const fromUs = typeof oldest === 'bigint' ? Math.min(horizonUs, Number(oldest) + HOUR_US) : horizonUs;
  const before = `make_timestamp(${fromUs})`;
  if (kind.table === 'calls') {
    const [unrolled] = await connection.rows(
      `SELECT 1 FROM calls WHERE started_at < ${before} AND received_at > make_timestamp(${state.rolledToUs}) LIMIT 1`,
    );
    if (unrolled !== undefined) return false;
  }
  const deletedUs = Math.max(nowUs, state.newestUs + 1);
  await transaction(connection, async () => {
    await connection.run(`DELETE FROM ${kind.table} WHERE ${kind.column} < ${before}`);
    if (kind.table === 'calls') {
      for (const table of ['superseded', 'revised']) {
        await connection.run(`DELETE FROM ${table} WHERE started_at < ${before}`);
      }
    }
    const deletedAt = kind.table === 'context_spans' ? '' : `, deleted_at = make_timestamp(${deletedUs})`;
    await connection.run(`UPDATE roll_up SET ${kind.stateColumn} = ${before}${deletedAt}`);
  });
  state[kind.state] = fromUs;
  if (kind.table !== 'context_spans') state.newestUs = deletedUs;
  return true;
}
