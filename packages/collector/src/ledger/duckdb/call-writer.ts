import type { BilledChange } from '../billed-change.ts';
import type { AppendResult } from '../ledger.ts';
import { PackedCalls, placeOf } from './added-calls.ts';
import type { Batch } from './batch.ts';
import { CALL_COLUMNS, SUPERSEDED_COLUMNS } from './call-columns.ts';
import { CONTEXT_COLUMNS } from './context-columns.ts';
import type { Connection } from './database.ts';
import type { Picked } from './fill-chunk.ts';
import { SPAN_WORD } from './ids.ts';
import type { KnownSpans } from './known-spans.ts';
import type { LedgerState } from './ledger-state.ts';
import { readMovedCalls } from './moved-calls.ts';
import type { PackedRows } from './packed-rows.ts';
import { IDS_RANGE_SQL, IDS_SQL, idParams, rangeParams, type StoredId } from './stored-ids.ts';
import { findSuperseded, moveCalls, type NewCall } from './superseding.ts';
import { transaction } from './transaction.ts';

export interface CallWriterOptions {
  /** A call that is received this long after it ended is late, unless it ended before the ledger was made. */
  readonly lateAfterUs: number;
  /** Told after every commit that changed which calls are billed. It must not throw or wait. */
  readonly onBilled?: ((change: BilledChange) => void) | undefined;
}

interface Answer {
  inserted: number;
  duplicates: number;
  superseded: number;
  expired: number;
}

/** The rows of a batch that are written. */
interface NewRows extends Picked {
  readonly rows: number[];
  readonly answer: Answer;
}

/** A row whose id may be stored already. */
interface Suspect extends StoredId {
  readonly of: NewRows;
  readonly row: number;
}

/** The rows of one commit. */
interface Rows {
  readonly calls: NewRows[];
  readonly suspects: Suspect[];
  readonly contexts: NewRows[];
  readonly suspectContexts: Suspect[];
  /** Traces that may hold earlier calls which belong to the new ones. */
  readonly linkedTraces: Set<string>;
}

/** The same in calls and context spans. */
const STARTED_AT = placeOf('started_at');
const DURATION = placeOf('duration_us');

/** Writes calls and context spans. The only one who does. */
export class CallWriter {
  readonly #connection: Connection;
  readonly #known: KnownSpans;
  readonly #state: LedgerState;
  readonly #options: CallWriterOptions;

  constructor(connection: Connection, known: KnownSpans, state: LedgerState, options: CallWriterOptions) {
    this.#connection = connection;
    this.#known = known;
    this.#state = state;
    this.#options = options;
  }

  /** Writes the batches in one transaction, leaving out what is there already. One answer for each list of batches. */
  async commit(lists: readonly (readonly Batch[])[], nowUs: number): Promise<readonly AppendResult[]> {
    const answers = lists.map(() => ({ inserted: 0, duplicates: 0, superseded: 0, expired: 0 }));
    const receivedAtUs = Math.max(nowUs, this.#state.newestUs + 1);
    const rows = this.#rowsOf(lists, answers, receivedAtUs);
    const duplicates = await addNew(this.#connection, CALL_TABLES, rows.calls, rows.suspects);
    for (const { of } of duplicates) of.answer.duplicates += 1;
    await addNew(this.#connection, CONTEXT_TABLES, rows.contexts, rows.suspectContexts);
    for (const { answer, rows: ofCalls } of rows.calls) answer.inserted += ofCalls.length;
    if (isEmpty(rows.calls) && isEmpty(rows.contexts)) return answers;

    const changes = await findSuperseded(this.#connection, rows.calls, rows.linkedTraces);
    countSuperseded(rows.calls, changes.netByTrace);
    const { billed, outer } = apart(rows.calls, changes.arrivedSuperseded);
    const { onBilled } = this.#options;
    const commit = { receivedAtUs };
    let change: BilledChange = { receivedAtUs, added: new PackedCalls(billed), takenBack: [], revived: [] };
    await transaction(this.#connection, async () => {
      await moveCalls(this.#connection, changes, receivedAtUs, this.#state.rolledToUs);
      if (onBilled !== undefined && changes.superseded.length + changes.revived.length > 0) {
        const takenBack = await readMovedCalls(this.#connection, 'superseded', changes.superseded);
        change = { ...change, takenBack, revived: await readMovedCalls(this.#connection, 'calls', changes.revived) };
      }
      await this.#connection.append('calls', CALL_COLUMNS, billed, commit);
      await this.#connection.append('superseded', SUPERSEDED_COLUMNS, outer, commit);
      await this.#connection.append('context_spans', CONTEXT_COLUMNS, rows.contexts, commit);
    });
    this.#state.newestUs = receivedAtUs;
    this.#state.rowsAfterGroup += change.added.length;
    onBilled?.(change);
    return answers;
  }

  /** What is known from here on stays so even if the commit fails: then the next look into the table settles it. */
  #rowsOf(lists: readonly (readonly Batch[])[], answers: readonly Answer[], receivedAtUs: number): Rows {
    const rows: Rows = { calls: [], suspects: [], contexts: [], suspectContexts: [], linkedTraces: new Set() };
    // Before anything of this commit is known, so that only what is stored counts.
    for (const batches of lists) for (const { calls } of batches) this.#addLinked(calls, rows.linkedTraces);
    for (const [index, batches] of lists.entries()) {
      const answer = answers[index] as Answer;
      for (const { calls, contexts } of batches) {
        if (calls !== undefined) this.#addCalls(calls, answer, receivedAtUs, rows);
        if (contexts !== undefined) this.#addContexts(contexts, answer, rows);
      }
    }
    return rows;
  }

  #addLinked(pack: PackedRows | undefined, linkedTraces: Set<string>): void {
    for (let row = 0; row < (pack?.count ?? 0); row += 1) {
      const { words } = pack as PackedRows;
      if (this.#known.isLinked(words, (pack as PackedRows).idsAt(row))) {
        linkedTraces.add((pack as PackedRows).hex(row, 0, 4));
      }
    }
  }

  #addCalls(pack: PackedRows, answer: Answer, receivedAtUs: number, { calls, suspects }: Rows): void {
    const { callsFromUs, openedUs } = this.#state;
    const late = new Uint8Array(pack.count);
    const of: NewRows = { pack, rows: [], late, answer };
    calls.push(of);
    for (let row = 0; row < pack.count; row += 1) {
      const startedAtUs = pack.integer(STARTED_AT, row) as number;
      if (startedAtUs < callsFromUs) {
        answer.expired += 1;
        continue;
      }
      const endedAtUs = startedAtUs + (pack.integer(DURATION, row) as number);
      // What ended before there was a ledger is history: nobody could expect it in an answer.
      if (receivedAtUs > endedAtUs + this.#options.lateAfterUs && endedAtUs >= openedUs) late[row] = 1;
      const at = pack.idsAt(row);
      if (this.#known.addCall(pack.words, at)) suspects.push(suspect(of, row, startedAtUs));
      else of.rows.push(row);
      this.#known.addLinks(pack.words, at);
    }
  }

  #addContexts(pack: PackedRows, answer: Answer, { contexts, suspectContexts }: Rows): void {
    const of: NewRows = { pack, rows: [], late: NONE_LATE, answer };
    contexts.push(of);
    for (let row = 0; row < pack.count; row += 1) {
      const startedAtUs = pack.integer(STARTED_AT, row) as number;
      if (startedAtUs < this.#state.contextsFromUs) continue;
      if (this.#known.addContext(pack.words, pack.idsAt(row))) suspectContexts.push(suspect(of, row, startedAtUs));
      else of.rows.push(row);
    }
  }
}

const NONE_LATE = new Uint8Array(0);

function suspect(of: NewRows, row: number, startedAtUs: number): Suspect {
  return { of, row, startedAtUs, traceId: of.pack.hex(row, 0, 4), spanId: of.pack.hex(row, SPAN_WORD, 2) };
}

function isEmpty(all: readonly NewRows[]): boolean {
  return all.every(({ rows }) => rows.length === 0);
}

/** Each trace counts in the answer of the first batch that has a call of it. */
function countSuperseded(calls: readonly NewRows[], netByTrace: Map<string, number>): void {
  for (const { pack, rows, answer } of calls) {
    for (const row of rows) {
      if (netByTrace.size === 0) return;
      const traceId = pack.hex(row, 0, 4);
      answer.superseded += netByTrace.get(traceId) ?? 0;
      netByTrace.delete(traceId);
    }
  }
}

/** The calls that are billed, and those that another span stands for. */
function apart(
  calls: readonly NewRows[],
  superseded: readonly NewCall[],
): { readonly billed: readonly Picked[]; readonly outer: readonly Picked[] } {
  if (superseded.length === 0) return { billed: calls, outer: [] };
  const byPack = Map.groupBy(superseded, ({ pack }) => pack);
  const outer: Picked[] = [];
  const billed = calls.map((of) => {
    const left = byPack.get(of.pack);
    if (left === undefined) return of;
    const out = new Set(left.map(({ row }) => row));
    outer.push({ ...of, rows: [...out] });
    return { ...of, rows: of.rows.filter((row) => !out.has(row)) };
  });
  return { billed, outer };
}

const CALL_TABLES = ['calls', 'superseded'] as const;
const CONTEXT_TABLES = ['context_spans'] as const;
type Table = (typeof CALL_TABLES)[number] | (typeof CONTEXT_TABLES)[number];

/** Adds the suspects that are not stored to the rows of their batches. Returns the others. */
async function addNew(
  connection: Connection,
  tables: readonly Table[],
  all: readonly NewRows[],
  suspects: readonly Suspect[],
): Promise<readonly Suspect[]> {
  if (suspects.length === 0) return [];
  const held = await findHeld(connection, tables, suspects);
  for (const { pack, rows } of all)
    for (const row of rows) held.add(`${pack.hex(row, 0, 4)}-${pack.hex(row, SPAN_WORD, 2)}`);
  const duplicates: Suspect[] = [];
  for (const span of suspects) {
    const id = idOf(span);
    if (held.has(id)) duplicates.push(span);
    else {
      held.add(id);
      span.of.rows.push(span.row);
    }
  }
  return duplicates;
}

function idOf({ traceId, spanId }: StoredId): string {
  return `${traceId}-${spanId}`;
}

/**
 * The ids among `spans` that the tables hold. A retry starts when its first try did, so the row groups of those minutes
 * are searched first; only what is not found there is searched for everywhere.
 */
async function findHeld(
  connection: Connection,
  tables: readonly Table[],
  spans: readonly StoredId[],
): Promise<Set<string>> {
  const held = await lookUp(connection, tables, spans, true);
  const missing = spans.filter((span) => !held.has(idOf(span)));
  if (missing.length > 0) for (const id of await lookUp(connection, tables, missing, false)) held.add(id);
  return held;
}

async function lookUp(
  connection: Connection,
  tables: readonly Table[],
  spans: readonly StoredId[],
  nearby: boolean,
): Promise<Set<string>> {
  const where = nearby ? `WHERE ${IDS_RANGE_SQL}` : '';
  const all = tables.map((table) => `SELECT trace_id, span_id FROM ${table} ${where}`).join(' UNION ALL ');
  const found = await connection.rows(
    `WITH ${IDS_SQL}
     SELECT replace(trace_id::VARCHAR, '-', ''), printf('%016x', span_id) FROM (${all}) SEMI JOIN ids USING (trace_id, span_id)`,
    [...idParams(spans), ...(nearby ? rangeParams(spans) : [])],
  );
  return new Set(found.map(([trace, span]) => `${trace}-${span}`));
}
