import { CostspanError } from '@costspan/usage';
import type { AppendResult, PricedCall } from '../ledger.ts';
import { storableCost } from '../storable-cost.ts';
import { CALL_COLUMNS, type CallRow, ROW_ID_WORDS } from './call-columns.ts';
import type { Connection } from './database.ts';
import { KnownIds, readHex } from './known-ids.ts';

/** What one `append` was given, with its ids already read. */
export interface Batch {
  readonly calls: readonly PricedCall[];
  readonly ids: Uint32Array;
}

/** @throws CostspanError `LEDGER_CALL_INVALID` when an id is not hexadecimal of its length. */
export function readBatch(calls: readonly PricedCall[]): Batch {
  const ids = new Uint32Array(calls.length * ROW_ID_WORDS);
  for (const [index, { call }] of calls.entries()) {
    const at = index * ROW_ID_WORDS;
    const read =
      readHex(call.traceId, 4, ids, at) &&
      readHex(call.spanId, 2, ids, at + 4) &&
      (call.parentSpanId === undefined || readHex(call.parentSpanId, 2, ids, at + 6));
    if (!read) {
      throw new CostspanError(
        'LEDGER_CALL_INVALID',
        `call ${index} of the batch has ids that are not 32 and 16 hexadecimal digits: ${call.traceId}, ${call.spanId}`,
      );
    }
  }
  return { calls, ids };
}

/** The one writer of the table. */
export interface CallWriter {
  /** Writes the batches in one transaction, leaving out what is there already. */
  commit(batches: readonly Batch[], receivedAtUs: number): Promise<readonly AppendResult[]>;
}

export async function openCallWriter(connection: Connection): Promise<CallWriter> {
  const [row] = await connection.rows('SELECT count(*) FROM calls');
  const known = new KnownIds(Number(row?.[0]));
  const words = new Uint32Array(6);
  await connection.ids('SELECT trace_id, span_id FROM calls', (trace, span, rowCount) => {
    for (let row = 0; row < rowCount; row += 1) {
      words[0] = ((trace[row * 4 + 3] as number) ^ 0x80000000) >>> 0;
      words[1] = trace[row * 4 + 2] as number;
      words[2] = trace[row * 4 + 1] as number;
      words[3] = trace[row * 4] as number;
      words[4] = span[row * 2 + 1] as number;
      words[5] = span[row * 2] as number;
      known.add(words, 0);
    }
  });
  return {
    async commit(batches, receivedAtUs) {
      const results = batches.map(() => ({ inserted: 0, duplicates: 0 }));
      const rows: CallRow[] = [];
      const suspects: [row: CallRow, result: { inserted: number; duplicates: number }][] = [];
      for (const [index, { calls, ids }] of batches.entries()) {
        const result = results[index] as { inserted: number; duplicates: number };
        for (const [place, { call, cost }] of calls.entries()) {
          const row = { call, cost: storableCost(cost), ids, idsAt: place * ROW_ID_WORDS, receivedAtUs, late: false };
          // An id is known from here on even if the commit fails: then the next look into the table settles it.
          if (known.add(ids, row.idsAt)) suspects.push([row, result]);
          else {
            rows.push(row);
            result.inserted += 1;
          }
        }
      }
      if (suspects.length > 0) {
        const held = await findHeld(
          connection,
          suspects.map(([row]) => row),
        );
        for (const row of rows) held.add(idOf(row));
        for (const [row, result] of suspects) {
          const id = idOf(row);
          if (held.has(id)) result.duplicates += 1;
          else {
            held.add(id);
            rows.push(row);
            result.inserted += 1;
          }
        }
      }
      if (rows.length > 0) await insert(connection, rows);
      return results;
    },
  };
}

async function insert(connection: Connection, rows: readonly CallRow[]): Promise<void> {
  await connection.run('BEGIN');
  try {
    await connection.append('calls', CALL_COLUMNS, rows);
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => {
      // A failed COMMIT has rolled back already; the first error is the one to tell.
    });
    throw error;
  }
}

function idOf({ call }: PricedCall): string {
  return `${call.traceId}-${call.spanId}`.toLowerCase();
}

/**
 * The ids among `rows` that the table holds. A retry starts when its first try did, so the row groups of those minutes
 * are searched first; only what is not found there is searched for everywhere.
 */
async function findHeld(connection: Connection, rows: readonly CallRow[]): Promise<Set<string>> {
  const starts = rows.map(({ call }) => call.startedAtUs);
  const held = await lookUp(connection, rows, {
    fromUs: starts.reduce((a, b) => Math.min(a, b)),
    toUs: starts.reduce((a, b) => Math.max(a, b)),
  });
  const missing = rows.filter((row) => !held.has(idOf(row)));
  if (missing.length > 0) for (const id of await lookUp(connection, missing)) held.add(id);
  return held;
}

async function lookUp(
  connection: Connection,
  rows: readonly CallRow[],
  range?: { readonly fromUs: number; readonly toUs: number },
): Promise<Set<string>> {
  const within =
    range === undefined ? '' : 'WHERE started_at BETWEEN make_timestamp($3::BIGINT) AND make_timestamp($4::BIGINT)';
  const found = await connection.rows(
    `WITH suspects AS (
       SELECT unnest(string_split($1, ','))::UUID AS trace_id, unnest(string_split($2, ','))::UBIGINT AS span_id
     )
     SELECT replace(trace_id::VARCHAR, '-', ''), printf('%016x', span_id)
     FROM calls SEMI JOIN suspects USING (trace_id, span_id) ${within}`,
    [
      rows.map(({ call }) => call.traceId).join(','),
      rows.map(({ call }) => BigInt(`0x${call.spanId}`)).join(','),
      ...(range === undefined ? [] : [BigInt(range.fromUs), BigInt(range.toUs)]),
    ],
  );
  return new Set(found.map(([trace, span]) => `${trace}-${span}`));
}
