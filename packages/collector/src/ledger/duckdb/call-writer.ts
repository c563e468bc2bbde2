import type { BilledChange } from '../billed-change.ts';
import type { AppendResult, ContextSpan, PricedCall } from '../ledger.ts';
import { storableCost } from '../storable-cost.ts';
import { type Batch, ID_WORDS } from './batch.ts';
import { CALL_COLUMNS, type CallRow, SUPERSEDED_COLUMNS } from './call-columns.ts';
import { CONTEXT_COLUMNS, type ContextRow } from './context-columns.ts';
import type { Connection } from './database.ts';
import type { KnownSpans } from './known-spans.ts';
import type { LedgerState } from './ledger-state.ts';
import { readMovedCalls } from './moved-calls.ts';
import { IDS_RANGE_SQL, IDS_SQL, idParams, rangeParams, type StoredId } from './stored-ids.ts';
import { findSuperseded, moveCalls } from './superseding.ts';
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

interface NewCall extends CallRow {
  readonly answer: Answer;
}

/** The rows of one commit. */
interface Rows {
  readonly calls: NewCall[];
  /** Their ids may be stored already. */
  readonly suspects: NewCall[];
  readonly contexts: ContextRow[];
  readonly suspectContexts: ContextRow[];
  /** Traces that may hold earlier calls which belong to the new ones. */
  readonly linkedTraces: Set<string>;
}

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

  /** Writes the batches in one transaction, leaving out what is there already. */
  async commit(batches: readonly Batch[], nowUs: number): Promise<readonly AppendResult[]> {
    const answers = batches.map(() => ({ inserted: 0, duplicates: 0, superseded: 0, expired: 0 }));
    const receivedAtUs = Math.max(nowUs, this.#state.newestUs + 1);
    const rows = this.#rowsOf(batches, answers, receivedAtUs);
    const calls = await this.#withNewSuspects(rows);
    const contexts = await this.#newContexts(rows);
    for (const { answer } of calls) answer.inserted += 1;
    if (calls.length + contexts.length === 0) return answers;

    const changes = await findSuperseded(this.#connection, calls, rows.linkedTraces);
    const { arrivedSuperseded: outer, netByTrace } = changes;
    for (const { call, answer } of calls) {
      const net = netByTrace.get(call.traceId);
      if (net === undefined) continue;
      answer.superseded += net;
      netByTrace.delete(call.traceId);
    }
    const billed = outer.size === 0 ? calls : calls.filter((row) => !outer.has(row));
    const { onBilled } = this.#options;
    let change: BilledChange = { receivedAtUs, added: billed, takenBack: [], revived: [] };
    await transaction(this.#connection, async () => {
      await moveCalls(this.#connection, changes, receivedAtUs, this.#state.rolledToUs);
      if (onBilled !== undefined && changes.superseded.length + changes.revived.length > 0) {
        const takenBack = await readMovedCalls(this.#connection, 'superseded', changes.superseded);
        change = { ...change, takenBack, revived: await readMovedCalls(this.#connection, 'calls', changes.revived) };
      }
      await this.#connection.append('calls', CALL_COLUMNS, billed);
      await this.#connection.append('superseded', SUPERSEDED_COLUMNS, [...outer]);
      await this.#connection.append('context_spans', CONTEXT_COLUMNS, contexts);
    });
    this.#state.newestUs = receivedAtUs;
    this.#state.rowsAfterGroup += billed.length;
    onBilled?.(change);
    return answers;
  }

  /** What is known from here on stays so even if the commit fails: then the next look into the table settles it. */
  #rowsOf(batches: readonly Batch[], answers: readonly Answer[], receivedAtUs: number): Rows {
    const rows: Rows = { calls: [], suspects: [], contexts: [], suspectContexts: [], linkedTraces: new Set() };
    // Before anything of this commit is known, so that only what is stored counts.
    for (const { calls, callIds } of batches) {
      for (let index = 0; index < calls.length; index += 1) {
        if (this.#known.isLinked(callIds, index * ID_WORDS)) {
          rows.linkedTraces.add((calls[index] as PricedCall).call.traceId);
        }
      }
    }
    for (const [index, { calls, callIds, contexts, contextIds }] of batches.entries()) {
      const answer = answers[index] as Answer;
      for (let place = 0; place < calls.length; place += 1) {
        const { call, cost } = calls[place] as PricedCall;
        if (call.startedAtUs < this.#state.callsFromUs) {
          answer.expired += 1;
          continue;
        }
        const idsAt = place * ID_WORDS;
        const endedAtUs = call.startedAtUs + call.durationUs;
        // What ended before there was a ledger is history: nobody could expect it in an answer.
        const late = receivedAtUs > endedAtUs + this.#options.lateAfterUs && endedAtUs >= this.#state.openedUs;
        const row = { call, cost: storableCost(cost), ids: callIds, idsAt, receivedAtUs, late, answer };
        if (this.#known.addCall(callIds, idsAt)) rows.suspects.push(row);
        else rows.calls.push(row);
        this.#known.addLinks(callIds, idsAt);
      }
      for (let place = 0; place < contexts.length; place += 1) {
        const context = contexts[place] as ContextSpan;
        if (context.startedAtUs < this.#state.contextsFromUs) continue;
        const idsAt = place * ID_WORDS;
        const row = { context, ids: contextIds, idsAt, receivedAtUs };
        if (this.#known.addContext(contextIds, idsAt)) rows.suspectContexts.push(row);
        else rows.contexts.push(row);
      }
    }
    return rows;
  }

  async #withNewSuspects({ calls, suspects }: Rows): Promise<NewCall[]> {
    if (suspects.length === 0) return calls;
    const held = await findHeld(
      this.#connection,
      CALL_TABLES,
      suspects.map(({ call }) => call),
    );
    for (const { call } of calls) held.add(idOf(call));
    for (const row of suspects) {
      const id = idOf(row.call);
      if (held.has(id)) row.answer.duplicates += 1;
      else {
        held.add(id);
        calls.push(row);
      }
    }
    return calls;
  }

  async #newContexts({ contexts, suspectContexts }: Rows): Promise<ContextRow[]> {
    if (suspectContexts.length === 0) return contexts;
    const held = await findHeld(
      this.#connection,
      CONTEXT_TABLES,
      suspectContexts.map(({ context }) => context),
    );
    for (const { context } of contexts) held.add(idOf(context));
    for (const row of suspectContexts) {
      const id = idOf(row.context);
      if (held.has(id)) continue;
      held.add(id);
      contexts.push(row);
    }
    return contexts;
  }
}

const CALL_TABLES = ['calls', 'superseded'] as const;
const CONTEXT_TABLES = ['context_spans'] as const;
type Table = (typeof CALL_TABLES)[number] | (typeof CONTEXT_TABLES)[number];

function idOf({ traceId, spanId }: StoredId): string {
  return `${traceId}-${spanId}`.toLowerCase();
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
