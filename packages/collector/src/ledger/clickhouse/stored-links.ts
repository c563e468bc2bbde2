import { type StoredLink, storedLinkOf } from '../sql/stored-link.ts';
import type { ClickHouse } from './click-house.ts';

/** Traces of one look-up: their ids stay below the 256 KiB that a statement may have. */
const TRACES_MAX = 4000;

/** The calls that are stored of these traces, by trace. The ids are hexadecimal digits in small letters. */
export async function readLinks(
  { rows }: ClickHouse,
  traceIds: readonly string[],
): Promise<ReadonlyMap<string, readonly StoredLink[]>> {
  const links: StoredLink[] = [];
  for (let first = 0; first < traceIds.length; first += TRACES_MAX) {
    const found = await rows(
      `SELECT trace_id, span_id, parent_span_id, response_id, toUnixTimestamp64Micro(started_at), duration_us, operation, dialect,
         has_usage, billable_stated, toUnixTimestamp64Micro(received_at), billed
       FROM links WHERE trace_id IN (${listOf(traceIds.slice(first, first + TRACES_MAX))})
       ORDER BY trace_id, span_id, version DESC LIMIT 1 BY trace_id, span_id`,
    );
    for (const row of found) links.push(storedLinkOf(row));
  }
  return Map.groupBy(links, ({ traceId }) => traceId);
}

/** How many calls are stored of each of these traces. */
export async function countLinks(
  { rows }: ClickHouse,
  traceIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let first = 0; first < traceIds.length; first += TRACES_MAX) {
    const found = await rows(
      `SELECT trace_id, uniqExact(span_id) FROM links
       WHERE trace_id IN (${listOf(traceIds.slice(first, first + TRACES_MAX))}) GROUP BY trace_id`,
    );
    for (const [traceId, count] of found) counts.set(String(traceId), Number(count));
  }
  return counts;
}

function listOf(ids: readonly string[]): string {
  return ids.map((id) => `'${id}'`).join(',');
}
