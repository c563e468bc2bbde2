import type { SqlParam } from './database.ts';

/** The identity of a stored call, and when it started: where in the table it is. */
export interface StoredId {
  readonly traceId: string;
  readonly spanId: string;
  readonly startedAtUs: number;
}

/** `ids` as a common table expression; takes `$1` and `$2`. */
export const IDS_SQL = `ids AS (
  SELECT unnest(string_split($1, ','))::UUID AS trace_id, unnest(string_split($2, ','))::UBIGINT AS span_id
)`;
/** The starts between which they lie, `$3` and `$4`: only those row groups are read. */
export const IDS_RANGE_SQL = 'started_at BETWEEN make_timestamp($3::BIGINT) AND make_timestamp($4::BIGINT)';

export function idParams(ids: readonly StoredId[]): SqlParam[] {
  return [ids.map(({ traceId }) => traceId).join(','), ids.map(({ spanId }) => BigInt(`0x${spanId}`)).join(',')];
}

export function rangeParams(ids: readonly Pick<StoredId, 'startedAtUs'>[], besideUs = 0): SqlParam[] {
  let fromUs = Number.POSITIVE_INFINITY;
  let toUs = Number.NEGATIVE_INFINITY;
  for (const { startedAtUs } of ids) {
    fromUs = Math.min(fromUs, startedAtUs);
    toUs = Math.max(toUs, startedAtUs);
  }
  return [BigInt(fromUs - besideUs), BigInt(toUs + besideUs)];
}
