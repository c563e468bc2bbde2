import { type Atto, attoFromInteger, FIRST_CLASS_TAGS, type Tags } from '@costspan/usage';
import type { BilledCall } from '../billed-change.ts';
import type { StoredLink } from '../sql/stored-link.ts';
import { decidedAgainSql } from './billing-version.ts';
import type { Flip } from './call-committer.ts';
import { callWriter, instantText, linkWriter } from './call-rows.ts';
import type { ClickHouse } from './click-house.ts';

/** Calls of one statement: their ids stay below the 256 KiB that it may have. */
const CALLS_MAX = 1500;

/** Writes stored calls again, billed or not billed from now on. */
export async function flipCalls(
  house: ClickHouse,
  flips: readonly Flip[],
  receivedAtUs: number,
  token: string,
): Promise<void> {
  const alike = Map.groupBy(flips, ({ billed, spansKnown }) => `${billed}-${spansKnown}`);
  for (const [kind, same] of alike) {
    for (let first = 0; first < same.length; first += CALLS_MAX) {
      const part = same.slice(first, first + CALLS_MAX);
      const [{ billed, spansKnown }] = part as [Flip];
      const those = placesOf(part);
      const version = decidedAgainSql(spansKnown);
      const name = `${token}-${kind}-${first}`;
      const [calls, links] = [callWriter.columns, linkWriter.columns].map(unchanged) as [string, string];
      await house.run(
        `INSERT INTO flips (trace_id, span_id, started_at, received_at, billed, version)
         SELECT trace_id, span_id, started_at, toDateTime64('${instantText(receivedAtUs)}', 6, 'UTC'), ${billed}, ${version}
         FROM calls FINAL WHERE ${those}`,
        `${name}-flips`,
      );
      await house.run(
        `INSERT INTO calls (${calls}, billed, version) SELECT ${calls}, ${billed}, ${version} FROM calls FINAL WHERE ${those}`,
        `${name}-calls`,
      );
      await house.run(
        `INSERT INTO links (${links}, billed, version) SELECT ${links}, ${billed}, ${version} FROM links FINAL WHERE ${those}`,
        `${name}-links`,
      );
    }
  }
}

function unchanged(columns: readonly string[]): string {
  return columns
    .filter((name) => name !== 'billed' && name !== 'version')
    .map((name) => `"${name}"`)
    .join(', ');
}

/** By the sorting key of `calls`, so that only their own parts are read. */
function placesOf(flips: readonly Flip[]): string {
  const starts = flips.map(({ link }) => link.startedAtUs);
  const [first, last] = [Math.min(...starts), Math.max(...starts)].map(
    (us) => `toDateTime64('${instantText(us)}', 6, 'UTC')`,
  );
  const ids = flips.map(({ link }) => `('${link.traceId}','${link.spanId}')`).join(',');
  return `started_at BETWEEN ${first} AND ${last} AND (trace_id, span_id) IN (${ids})`;
}

/** What of these calls is counted. */
export async function readFlipped({ rows }: ClickHouse, flips: readonly Flip[]): Promise<Map<Flip, BilledCall>> {
  const moved = new Map<Flip, BilledCall>();
  const byId = new Map(flips.map((flip) => [idOf(flip.link), flip]));
  for (let first = 0; first < flips.length; first += CALLS_MAX) {
    const found = await rows(
      `SELECT trace_id, span_id, toUnixTimestamp64Micro(started_at), provider, coalesce(request_model, model, ''), input_tokens,
         output_tokens, CASE WHEN currency = 'USD' THEN cost END, toJSONString(other_tags),
         ${FIRST_CLASS_TAGS.map((tag) => `"${tag}"`).join(', ')}
       FROM calls FINAL WHERE ${placesOf(flips.slice(first, first + CALLS_MAX))}`,
    );
    for (const [trace, span, startedAt, provider, model, input, output, cost, others, ...firstClass] of found) {
      const id = `${trace}-${span}`;
      const tags: Record<string, string> = JSON.parse(String(others));
      for (const [index, tag] of FIRST_CLASS_TAGS.entries()) {
        const value = firstClass[index];
        if (value !== null && value !== undefined) tags[tag] = String(value);
      }
      moved.set(byId.get(id) as Flip, {
        id,
        startedAtUs: Number(startedAt),
        provider: String(provider),
        model: String(model),
        tags: tags satisfies Tags,
        tokens: input === null && output === null ? undefined : Number(input ?? 0) + Number(output ?? 0),
        cost: cost === null ? undefined : (attoFromInteger(cost as bigint) as Atto),
      });
    }
  }
  return moved;
}

function idOf({ traceId, spanId }: StoredLink): string {
  return `${traceId}-${spanId}`;
}
