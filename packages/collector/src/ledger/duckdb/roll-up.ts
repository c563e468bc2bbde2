import type { Connection, SqlParam } from './database.ts';
import { addHours, LARGEST_COUNT, MERGE_HOURS } from './hour-sums.ts';
import type { LedgerState } from './ledger-state.ts';
import { transaction } from './transaction.ts';

const HOUR_US = 3_600_000_000;
/** From so many roll-ups on the rows of an hour that is over are merged. Late calls come to it again and again. */
const ROLL_UPS_MAX = 4;
const MERGE_ROWS = 30_720;
/** 2⁴⁰: the sum of eight million calls with less fits into a BIGINT. No honest call has a million million tokens. */
const HUGE_COUNT = 1_099_511_627_776;
/** 2⁴⁸: the sum of 32,768 rows with less fits. An hour with more stays as it is. */
const HUGE_SUM = 281_474_976_710_656;

/**
 * Adds the sums of the next `callsMax` calls, and of those committed together with the last one, to `hours`, and remembers how far it came, in one transaction.
 * @returns false when there was nothing left to add.
 */
export async function rollStep(connection: Connection, state: LedgerState, callsMax: number): Promise<boolean> {
  const after = `received_at > make_timestamp(${state.rolledToUs})`;
  const [row] = await connection.rows(
    `SELECT epoch_us(max(received_at)) FROM
       (SELECT received_at FROM calls WHERE ${after} ORDER BY received_at LIMIT ${callsMax})`,
  );
  const cell = row?.[0];
  if (typeof cell !== 'bigint') return false;
  const cutUs = Number(cell);
  const calls = `(SELECT * FROM calls WHERE ${after} AND received_at <= make_timestamp(${cutUs}))`;
  const apart = await holdsHugeCount(connection, calls);
  await transaction(connection, async () => {
    for (const statement of addHours(calls, cutUs, apart)) await connection.run(statement);
    await connection.run(`UPDATE roll_up SET rolled_to = make_timestamp(${cutUs})`);
  });
  state.rolledToUs = cutUs;
  return true;
}

/** Whether one of these calls has a count so large that the sum of many could be too large for the column. */
export async function holdsHugeCount(connection: Connection, calls: string, params: SqlParam[] = []): Promise<boolean> {
  const [row] = await connection.rows(`SELECT max(${LARGEST_COUNT}) >= ${HUGE_COUNT} FROM ${calls}`, params);
  return row?.[0] === true;
}

/**
 * Merges the rows of hours that are over and have been added to several times: about as many rows as a step of the
 * roll-up holds.
 * @returns false when there was no such hour.
 */
export async function mergeStep(connection: Connection, state: LedgerState): Promise<boolean> {
  const found = await connection.rows(
    `SELECT epoch_us(hour), count(*), (SELECT max(rowid) FROM hours) FROM hours
     WHERE hour <= make_timestamp(${state.rolledToUs - HOUR_US})
     GROUP BY hour
     HAVING count(DISTINCT rolled_at) >= ${ROLL_UPS_MAX} AND coalesce(max(${LARGEST_COUNT}), 0) < ${HUGE_SUM}
     ORDER BY hour`,
  );
  const hours: bigint[] = [];
  let rows = 0;
  for (const [hour, count] of found) {
    if (hours.length > 0 && rows + Number(count) > MERGE_ROWS) break;
    hours.push(hour as bigint);
    rows += Number(count);
  }
  if (hours.length === 0) return false;
  const params = [hours.join(','), found[0]?.[2] as bigint];
  await transaction(connection, async () => {
    const [add, addMeters, remove] = MERGE_HOURS;
    for (const statement of [add, addMeters]) await connection.run(statement, [...params, BigInt(state.rolledToUs)]);
    await connection.run(remove, params);
  });
  return true;
}
