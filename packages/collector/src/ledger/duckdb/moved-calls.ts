import { type Atto, attoFromInteger, FIRST_CLASS_TAGS, type Tags } from '@costspan/usage';
import type { BilledCall } from '../billed-change.ts';
import type { Connection, SqlCell } from './database.ts';
import { IDS_RANGE_SQL, IDS_SQL, idParams, rangeParams, type StoredId } from './stored-ids.ts';

/** What of these calls is counted. They stand in `table`. */
export async function readMovedCalls(
  connection: Connection,
  table: 'calls' | 'superseded',
  ids: readonly StoredId[],
): Promise<readonly BilledCall[]> {
  if (ids.length === 0) return [];
  const rows = await connection.rows(
    `WITH ${IDS_SQL}
     SELECT replace(trace_id::VARCHAR, '-', ''), printf('%016x', span_id), epoch_us(started_at), provider,
       coalesce(request_model, model, ''), input_tokens, output_tokens, CASE currency WHEN 'USD' THEN cost END,
       to_json(other_tags)::VARCHAR, ${FIRST_CLASS_TAGS.map((tag) => `"${tag}"`).join(', ')}
     FROM ${table} SEMI JOIN ids USING (trace_id, span_id) WHERE ${IDS_RANGE_SQL}`,
    [...idParams(ids), ...rangeParams(ids)],
  );
  return rows.map(([trace, span, startedAt, provider, model, input, output, cost, others, ...firstClass]) => ({
    id: `${trace}-${span}`,
    startedAtUs: Number(startedAt),
    provider: String(provider),
    model: String(model),
    tags: tagsOf(others as SqlCell, firstClass),
    tokens: input === null && output === null ? undefined : Number(input ?? 0) + Number(output ?? 0),
    cost: cost === null ? undefined : (attoFromInteger(cost as bigint) as Atto),
  }));
}

function tagsOf(others: SqlCell, firstClass: readonly SqlCell[]): Tags {
  const tags: Record<string, string> = others === null ? {} : JSON.parse(String(others));
  for (const [index, tag] of FIRST_CLASS_TAGS.entries()) {
    const value = firstClass[index];
    if (value !== null && value !== undefined) tags[tag] = String(value);
  }
  return tags;
}
