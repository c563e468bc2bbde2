import type { Connection } from './database.ts';
import { addHours, MERGE_HOUR } from './hour-sums.ts';
import type { LedgerState } from './ledger-state.ts';
import { transaction } from './transaction.ts';

const HOUR_US = 3_600_000_000;

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
  await transaction(connection, async () => {
    const calls = `(SELECT * FROM calls WHERE ${after} AND received_at <= make_timestamp(${cutUs}))`;
    for (const statement of addHours(calls)) await connection.run(statement);
    await connection.run(`UPDATE roll_up SET rolled_to = make_timestamp(${cutUs})`);
  });
  state.rolledToUs = cutUs;
  return true;
}

/**
 * Merges the rows of one hour that is over, if a quarter of them or more wait for it.
 * @returns false when there was no such hour.
 */
export async function mergeStep(connection: Connection, state: LedgerState): Promise<boolean> {
  const [row] = await connection.rows(
    `SELECT epoch_us(hour), (SELECT max(rowid) FROM hours) FROM hours
     WHERE hour <= make_timestamp(${state.rolledToUs - HOUR_US})
     GROUP BY hour HAVING 4 * count(*) FILTER (delta) >= count(*) ORDER BY hour LIMIT 1`,
  );
  if (row === undefined) return false;
  const [hourUs, lastRow] = row as bigint[];
  await transaction(connection, async () => {
    for (const statement of MERGE_HOUR) await connection.run(statement, [hourUs as bigint, lastRow as bigint]);
  });
  return true;
}
