import { type Connection, ROW_GROUP_ROWS } from './database.ts';

/** What the writer must remember of the tables. Changed only after the commit that makes it true. Microseconds. */
export interface LedgerState {
  /** The newest knowledge time there is; the next commit takes a later one. */
  newestUs: number;
  /** Calls received up to here are in `hours`. */
  rolledToUs: number;
  /** When the ledger was made. */
  openedUs: number;
  /** Calls, context spans and hours that started before are deleted. */
  callsFromUs: number;
  contextsFromUs: number;
  hoursFromUs: number;
  /** Calls since the last row group of `calls` was full, about. */
  rowsAfterGroup: number;
}

export async function loadLedgerState(connection: Connection): Promise<LedgerState> {
  const [row = []] = await connection.rows(
    `SELECT
       epoch_us(greatest(rolled_to, deleted_at,
         (SELECT max(received_at) FROM calls), (SELECT max(received_at) FROM context_spans),
         (SELECT max(greatest(received_at, superseded_at)) FROM superseded))),
       epoch_us(rolled_to), epoch_us(opened_at), epoch_us(calls_from), epoch_us(contexts_from), epoch_us(hours_from),
       (SELECT coalesce(max(rowid) + 1, 0) % ${ROW_GROUP_ROWS} FROM calls)
     FROM roll_up`,
  );
  const [
    newestUs = 0,
    rolledToUs = 0,
    openedUs = 0,
    callsFromUs = 0,
    contextsFromUs = 0,
    hoursFromUs = 0,
    rowsAfterGroup = 0,
  ] = row.map(Number);
  return { newestUs, rolledToUs, openedUs, callsFromUs, contextsFromUs, hoursFromUs, rowsAfterGroup };
}
