import { billedCalls, type CallNode } from '../billed-calls.ts';
import { type StoredLink, storedLinkOf } from '../sql/stored-link.ts';
import { placeOf } from './added-calls.ts';
import type { Connection } from './database.ts';
import type { Picked } from './fill-chunk.ts';
import { addHours, HOUR_KEYS_OF_CALLS, sameHour } from './hour-sums.ts';
import { PARENT_WORD, SPAN_WORD } from './ids.ts';
import type { PackedRows } from './packed-rows.ts';
import { holdsHugeCount } from './roll-up.ts';
import { IDS_RANGE_SQL, IDS_SQL, idParams, rangeParams } from './stored-ids.ts';

/** Spans of one provider call start within this time of each other. */
const LINK_US = 24 * 3_600_000_000;

/** What new calls change about which calls are billed. */
export interface Superseding {
  /** New calls that another span stands for. */
  readonly arrivedSuperseded: NewCall[];
  /** Stored calls that were billed and are not any more, and the other way round. */
  readonly superseded: StoredLink[];
  readonly revived: StoredLink[];
  /** How many fewer calls are billed than there came, by trace. */
  readonly netByTrace: Map<string, number>;
}

/** A call that came, and where it is packed. */
export interface NewCall extends CallNode {
  readonly traceId: string;
  readonly pack: PackedRows;
  readonly row: number;
}

/** `mayBeLinked` are the traces that may hold earlier calls which belong to the new ones. */
export async function findSuperseded(
  connection: Connection,
  picked: readonly Picked[],
  mayBeLinked: ReadonlySet<string>,
): Promise<Superseding> {
  const found: Superseding = { arrivedSuperseded: [], superseded: [], revived: [], netByTrace: new Map() };
  const byTrace = inSharedTraces(picked, mayBeLinked);
  const stored = await storedCalls(connection, byTrace, mayBeLinked);
  for (const [traceId, arrived] of byTrace) {
    const earlier = stored.get(traceId) ?? [];
    if (arrived.length + earlier.length < 2) continue;
    const billed = billedCalls<StoredLink | NewCall>([...earlier, ...arrived]);
    let net = 0;
    for (const node of arrived) {
      if (billed.has(node)) continue;
      found.arrivedSuperseded.push(node);
      net += 1;
    }
    for (const node of earlier) {
      if (node.wasBilled === billed.has(node)) continue;
      (node.wasBilled ? found.superseded : found.revived).push(node);
      net += node.wasBilled ? 1 : -1;
    }
    if (net !== 0) found.netByTrace.set(traceId, net);
  }
  return found;
}

/**
 * The calls that are not alone in their trace, by trace. Most are; a table of the traces' hashes tells so for less than a
 * map of all of them.
 */
function inSharedTraces(picked: readonly Picked[], mayBeLinked: ReadonlySet<string>): Map<string, NewCall[]> {
  const count = picked.reduce((sum, { rows }) => sum + rows.length, 0);
  let slots = 64;
  while (slots < count * 4) slots *= 2;
  const seen = new Uint8Array(slots);
  const slotOf = ({ words }: PackedRows, at: number): number => {
    const word = (words[at] as number) ^ (words[at + 1] as number) ^ (words[at + 2] as number);
    return (Math.imul(word ^ (words[at + 3] as number), 0x9e3779b1) >>> 8) & (slots - 1);
  };
  for (const { pack, rows } of picked) {
    for (const row of rows) {
      const slot = slotOf(pack, pack.idsAt(row));
      seen[slot] = Math.min(2, (seen[slot] as number) + 1);
    }
  }
  const byTrace = new Map<string, NewCall[]>();
  for (const { pack, rows } of picked) {
    for (const row of rows) {
      const isAlone = seen[slotOf(pack, pack.idsAt(row))] === 1;
      if (isAlone && mayBeLinked.size === 0) continue;
      const traceId = pack.hex(row, 0, 4);
      if (isAlone && !mayBeLinked.has(traceId)) continue;
      const call = newCall(pack, row, traceId);
      const same = byTrace.get(traceId);
      if (same === undefined) byTrace.set(traceId, [call]);
      else same.push(call);
    }
  }
  return byTrace;
}

const RESPONSE_ID = placeOf('response_id');
const STARTED_AT = placeOf('started_at');
const DURATION = placeOf('duration_us');
const OPERATION = placeOf('operation');
const DIALECT = placeOf('dialect');
const USAGE_STATUS = placeOf('usage_status');
const BILLABLE_STATED = placeOf('billable_stated');

function newCall(pack: PackedRows, row: number, traceId: string): NewCall {
  const parent = pack.hex(row, PARENT_WORD, 2);
  return {
    pack,
    row,
    traceId,
    spanId: pack.hex(row, SPAN_WORD, 2),
    parentSpanId: parent === NO_SPAN ? undefined : parent,
    responseId: pack.text(RESPONSE_ID, row),
    startedAtUs: pack.integer(STARTED_AT, row) as number,
    durationUs: pack.integer(DURATION, row) as number,
    operation: pack.text(OPERATION, row) as string,
    dialect: pack.text(DIALECT, row),
    hasUsage: pack.text(USAGE_STATUS, row) !== 'unavailable',
    isStated: pack.isTrue(BILLABLE_STATED, row),
  };
}

const NO_SPAN = '0000000000000000';

async function storedCalls(
  connection: Connection,
  byTrace: ReadonlyMap<string, readonly NewCall[]>,
  mayBeLinked: ReadonlySet<string>,
): Promise<Map<string, StoredLink[]>> {
  const stored = new Map<string, StoredLink[]>();
  // The calls of some were retries and are left out already.
  const traces = [...mayBeLinked].filter((trace) => byTrace.has(trace));
  if (traces.length === 0) return stored;
  const starts = traces.flatMap((trace) => byTrace.get(trace) ?? []);
  const columns = `trace_id, span_id, parent_span_id, response_id, started_at, duration_us, operation, dialect,
    usage_status, billable_stated, received_at`;
  const rows = await connection.rows(
    `WITH traces AS (SELECT unnest(string_split($1, ','))::UUID AS trace_id)
     SELECT replace(trace_id::VARCHAR, '-', ''), printf('%016x', span_id), printf('%016x', parent_span_id), response_id,
       epoch_us(started_at), duration_us, operation, dialect, usage_status <> 'unavailable', billable_stated,
       epoch_us(received_at), billed
     FROM (
       SELECT ${columns}, true AS billed FROM calls WHERE ${RANGE}
       UNION ALL SELECT ${columns}, false AS billed FROM superseded WHERE ${RANGE}
     ) SEMI JOIN traces USING (trace_id)`,
    [traces.join(','), ...rangeParams(starts, LINK_US)],
  );
  for (const row of rows) {
    const call = storedLinkOf(row);
    const same = stored.get(call.traceId);
    if (same === undefined) stored.set(call.traceId, [call]);
    else same.push(call);
  }
  return stored;
}

const RANGE = 'started_at BETWEEN make_timestamp($2::BIGINT) AND make_timestamp($3::BIGINT)';

/**
 * Moves stored calls between `calls` and `superseded`; to be run inside a transaction. The hours that had counted them are
 * summed anew from the calls that are left, which are all there: calls of an hour are deleted together.
 */
export async function moveCalls(
  connection: Connection,
  { superseded, revived }: Superseding,
  receivedAtUs: number,
  rolledToUs: number,
): Promise<void> {
  const nowSql = `make_timestamp(${receivedAtUs})`;
  if (superseded.length > 0) {
    const rolled = superseded.filter((call) => call.receivedAtUs <= rolledToUs);
    if (rolled.length > 0) await sumHoursWithout(connection, rolled, rolledToUs);
    const params = [...idParams(superseded), ...rangeParams(superseded)];
    await connection.run(
      `INSERT INTO superseded
       WITH ${IDS_SQL} SELECT calls.*, ${nowSql} FROM calls SEMI JOIN ids USING (trace_id, span_id) WHERE ${IDS_RANGE_SQL}`,
      params,
    );
    await connection.run(deleteSql('calls'), params);
  }
  if (revived.length > 0) {
    const params = [...idParams(revived), ...rangeParams(revived)];
    await connection.run(
      `INSERT INTO revised
       WITH ${IDS_SQL} SELECT superseded.*, ${nowSql} FROM superseded SEMI JOIN ids USING (trace_id, span_id) WHERE ${IDS_RANGE_SQL}`,
      params,
    );
    await connection.run(
      `INSERT INTO calls
       WITH ${IDS_SQL} SELECT superseded.* EXCLUDE (superseded_at) REPLACE (${nowSql} AS received_at)
       FROM superseded SEMI JOIN ids USING (trace_id, span_id) WHERE ${IDS_RANGE_SQL}`,
      params,
    );
    await connection.run(deleteSql('superseded'), params);
  }
}

function deleteSql(table: 'calls' | 'superseded'): string {
  return `DELETE FROM ${table} WHERE rowid IN (
    WITH ${IDS_SQL} SELECT ${table}.rowid FROM ${table} SEMI JOIN ids USING (trace_id, span_id) WHERE ${IDS_RANGE_SQL})`;
}

async function sumHoursWithout(
  connection: Connection,
  calls: readonly StoredLink[],
  rolledToUs: number,
): Promise<void> {
  const rolled = `received_at <= make_timestamp(${rolledToUs})`;
  const touched = `${IDS_SQL}, touched AS MATERIALIZED (
    SELECT DISTINCT ${HOUR_KEYS_OF_CALLS} FROM calls SEMI JOIN ids USING (trace_id, span_id) WHERE ${IDS_RANGE_SQL}
  )`;
  const left = `(
    WITH ${touched} SELECT calls.* FROM calls SEMI JOIN touched ON (${sameHour('calls')})
      ANTI JOIN ids USING (trace_id, span_id)
    WHERE ${rolled} AND started_at >= date_trunc('hour', make_timestamp($3::BIGINT))
      AND started_at < date_trunc('hour', make_timestamp($4::BIGINT)) + INTERVAL 1 HOUR
  )`;
  const params = [...idParams(calls), ...rangeParams(calls)];
  await connection.run(
    `DELETE FROM hours WHERE rowid IN (
       WITH ${touched} SELECT hours.rowid FROM hours SEMI JOIN touched ON (${sameHour('hours')}))`,
    params,
  );
  const apart = await holdsHugeCount(connection, left, params);
  for (const statement of addHours(left, rolledToUs, apart)) await connection.run(statement, params);
}
