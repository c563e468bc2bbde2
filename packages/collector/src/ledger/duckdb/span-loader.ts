import type { Connection, Database } from './database.ts';
import { ID_WORDS, PARENT_WORD, RESPONSE_WORD, SPAN_WORD } from './ids.ts';
import { KnownSpans, LINKS_MAX } from './known-spans.ts';
import { RESPONSE_END_LENGTH, writeResponseWordsOfCell } from './response-words.ts';

/**
 * Reads the ids of everything that is stored in the background of a ledger that is in use already: opening takes no longer
 * for ten million calls than for none. It sees the tables as they are when it starts; what is committed later is added by
 * the commits. While it reads, and for good if it fails, every id is looked up in the tables: slower, and as right.
 */
export class SpanLoader {
  readonly known: KnownSpans;
  /** Never rejects. */
  readonly done: Promise<void>;
  #stopped = false;

  private constructor(database: Database, known: KnownSpans) {
    this.known = known;
    this.done = this.#load(database).catch(() => {});
  }

  /** `connection` is asked only how much there is. */
  static async start(database: Database, connection: Connection): Promise<SpanLoader> {
    const [row] = await connection.rows(
      'SELECT (SELECT count(*) FROM calls) + (SELECT count(*) FROM superseded), (SELECT count(*) FROM context_spans)',
    );
    return new SpanLoader(database, new KnownSpans(Number(row?.[0]), Number(row?.[1])));
  }

  /** Resolves when nothing is read any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.done;
  }

  async #load(database: Database): Promise<void> {
    const connection = await database.connect();
    try {
      await connection.run('BEGIN TRANSACTION READ ONLY');
      await this.#loadIds(connection);
      if (!this.#stopped) await this.#loadLinks(connection);
      await connection.run('ROLLBACK');
      if (!this.#stopped) this.known.complete();
    } finally {
      connection.close();
    }
  }

  async #loadIds(connection: Connection): Promise<void> {
    const ids = new Uint32Array(ID_WORDS);
    for (const table of ['calls', 'superseded', 'context_spans']) {
      await connection.words(`SELECT trace_id, span_id FROM ${table}`, [16, 8], ([trace, span], rowCount) => {
        if (this.#stopped) return;
        for (let index = 0; index < rowCount; index += 1) {
          readIds(ids, trace, span, index, SPAN_WORD);
          if (table === 'context_spans') this.known.addContext(ids, 0);
          else this.known.addCall(ids, 0);
        }
      });
    }
  }

  async #loadLinks(connection: Connection): Promise<void> {
    const ids = new Uint32Array(ID_WORDS);
    const end = `right(response_id, ${RESPONSE_END_LENGTH})`;
    for (const table of ['superseded', 'calls']) {
      await connection.words(
        `SELECT trace_id, coalesce(parent_span_id, 0),
           CASE WHEN strlen(${end}) <= ${RESPONSE_END_LENGTH} THEN ${end} ELSE '' END
         FROM ${table} WHERE rowid >= (SELECT coalesce(max(rowid), 0) - ${LINKS_MAX} FROM ${table})`,
        [16, 8, 16],
        ([trace, parent, response], rowCount) => {
          if (this.#stopped) return;
          const cells = new Uint8Array(response.buffer, response.byteOffset, response.byteLength);
          for (let index = 0; index < rowCount; index += 1) {
            readIds(ids, trace, parent, index, PARENT_WORD);
            ids[RESPONSE_WORD] = 0;
            ids[RESPONSE_WORD + 1] = 0;
            if (cells[index * 16] !== 0) writeResponseWordsOfCell(cells, index * 16, ids, RESPONSE_WORD);
            this.known.addLinks(ids, 0);
          }
        },
      );
    }
  }
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
