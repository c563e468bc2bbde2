import { ID_WORDS, PARENT_WORD, RESPONSE_WORD, SPAN_WORD } from './batch.ts';
import type { Connection } from './database.ts';
import { KnownIds } from './known-ids.ts';
import { RecentIds } from './recent-ids.ts';
import { RESPONSE_END_LENGTH, writeResponseWordsOfCell } from './response-words.ts';

/** How many calls back a parent or a second span of the same answer is recognised: at least this many, at most twice. */
const LINKS_MAX = 1 << 20;

/**
 * What the ledger has seen, as fingerprints: `false` is certain, `true` is checked in the tables. So what is new costs no
 * look into them.
 */
export class KnownSpans {
  readonly calls: KnownIds;
  readonly contexts: KnownIds;
  /** Spans that some recent call names as its parent. */
  readonly #parents = new RecentIds(LINKS_MAX);
  readonly #responses = new RecentIds(LINKS_MAX);

  constructor(callsExpected: number, contextsExpected: number) {
    this.calls = new KnownIds(callsExpected);
    this.contexts = new KnownIds(contextsExpected);
  }

  /** Whether the call at `ids[at]` may be parent, child or another span of a call that was added before. */
  isLinked(ids: Uint32Array, at: number): boolean {
    return (
      (hasTwo(ids, at + PARENT_WORD) && this.calls.has(ids, at, at + PARENT_WORD)) ||
      this.#parents.has(ids, at, at + SPAN_WORD) ||
      (hasTwo(ids, at + RESPONSE_WORD) && this.#responses.has(ids, at, at + RESPONSE_WORD))
    );
  }

  addLinks(ids: Uint32Array, at: number): void {
    if (hasTwo(ids, at + PARENT_WORD)) this.#parents.add(ids, at, at + PARENT_WORD);
    if (hasTwo(ids, at + RESPONSE_WORD)) this.#responses.add(ids, at, at + RESPONSE_WORD);
  }
}

function hasTwo(ids: Uint32Array, at: number): boolean {
  return ((ids[at] as number) | (ids[at + 1] as number)) !== 0;
}

/** Reads the ids of everything that is stored: the calls with those superseded, and the context spans. */
export async function loadKnownSpans(connection: Connection): Promise<KnownSpans> {
  const [row] = await connection.rows(
    'SELECT (SELECT count(*) FROM calls) + (SELECT count(*) FROM superseded), (SELECT count(*) FROM context_spans)',
  );
  const known = new KnownSpans(Number(row?.[0]), Number(row?.[1]));
  const ids = new Uint32Array(ID_WORDS);
  for (const [table, set] of [
    ['calls', known.calls],
    ['superseded', known.calls],
    ['context_spans', known.contexts],
  ] as const) {
    await connection.words(`SELECT trace_id, span_id FROM ${table}`, [16, 8], ([trace, span], rowCount) => {
      for (let index = 0; index < rowCount; index += 1) {
        readIds(ids, trace, span, index, SPAN_WORD);
        set.add(ids, 0, SPAN_WORD);
      }
    });
  }
  const end = `right(response_id, ${RESPONSE_END_LENGTH})`;
  for (const table of ['superseded', 'calls']) {
    await connection.words(
      `SELECT trace_id, coalesce(parent_span_id, 0),
         CASE WHEN strlen(${end}) <= ${RESPONSE_END_LENGTH} THEN ${end} ELSE '' END
       FROM ${table} WHERE rowid >= (SELECT coalesce(max(rowid), 0) - ${LINKS_MAX} FROM ${table})`,
      [16, 8, 16],
      ([trace, parent, response], rowCount) => {
        const cells = new Uint8Array(response.buffer, response.byteOffset, response.byteLength);
        for (let index = 0; index < rowCount; index += 1) {
          readIds(ids, trace, parent, index, PARENT_WORD);
          ids[RESPONSE_WORD] = 0;
          ids[RESPONSE_WORD + 1] = 0;
          if (cells[index * 16] !== 0) writeResponseWordsOfCell(cells, index * 16, ids, RESPONSE_WORD);
          known.addLinks(ids, 0);
        }
      },
    );
  }
  return known;
}

/** From DuckDB's order of words to ours: most significant first, and without the flipped top bit of its UUIDs. */
function readIds(ids: Uint32Array, trace: Uint32Array, span: Uint32Array, index: number, spanAt: number): void {
  ids[0] = (trace[index * 4 + 3] as number) ^ 0x80000000;
  ids[1] = trace[index * 4 + 2] as number;
  ids[2] = trace[index * 4 + 1] as number;
  ids[3] = trace[index * 4] as number;
  ids[spanAt] = span[index * 2 + 1] as number;
  ids[spanAt + 1] = span[index * 2] as number;
}
