import { randomUUID } from 'node:crypto';
import { billedCalls, type CallNode } from '../billed-calls.ts';
import type { BilledChange } from '../billed-change.ts';
import type { AppendResult, ContextSpan, PricedCall } from '../ledger.ts';
import type { StoredLink } from '../sql/stored-link.ts';
import { storableCost } from '../storable-cost.ts';
import { billingVersion } from './billing-version.ts';
import { type CallRow, callWriter, contextWriter, flipWriter, linkWriter } from './call-rows.ts';
import type { ClickHouse } from './click-house.ts';
import { flipCalls, readFlipped } from './flip-calls.ts';
import { countLinks, readLinks } from './stored-links.ts';

export interface CommitBatch {
  readonly calls: readonly PricedCall[];
  readonly contexts: readonly ContextSpan[];
}

export interface CallCommitterOptions {
  /** A call that is received this long after it ended is late, unless that was before the ledger was made. */
  readonly lateAfterUs: number;
  /** When the ledger was made. */
  readonly openedUs: number;
  /** Newest knowledge time there is. */
  readonly newestUs: number;
  readonly onBilled?: ((change: BilledChange) => void) | undefined;
}

interface Answer {
  inserted: number;
  duplicates: number;
  superseded: number;
  expired: number;
}

/** A call that came with this commit. */
interface Arrived extends CallNode {
  readonly traceId: string;
  readonly given: PricedCall;
  readonly answer: Answer;
}

/** A stored call, and whether it is to be billed from now on. */
export interface Flip {
  readonly link: StoredLink;
  readonly billed: boolean;
  /** Spans of the trace that were known when this was decided. */
  readonly spansKnown: number;
}

/**
 * Writes calls and context spans; any number of collectors do so at once. There are no transactions, so the order is the promise:
 *
 * 1. What is stored of the traces is read, and with it decided what is new and what is billed.
 * 2. The calls are written, then the flips, then the links: only what has a link counts as being there, so whoever was killed
 *    in between is sent the batch again and writes the same rows, which replace each other.
 * 3. The links are counted. Where there are more than were known, another collector has written to the trace meanwhile, and it is
 *    decided again with all of them. Whoever writes last sees everything, and who knows more spans wins: see billing-version.ts.
 */
export class CallCommitter {
  readonly #house: ClickHouse;
  readonly #options: CallCommitterOptions;
  #newestUs: number;

  constructor(house: ClickHouse, options: CallCommitterOptions) {
    this.#house = house;
    this.#options = options;
    this.#newestUs = options.newestUs;
  }

  async commit(batches: readonly CommitBatch[], nowUs: number): Promise<readonly AppendResult[]> {
    const receivedAtUs = Math.max(nowUs, this.#newestUs + 1);
    this.#newestUs = receivedAtUs;
    const token = randomUUID();
    const answers = batches.map(() => ({ inserted: 0, duplicates: 0, superseded: 0, expired: 0 }));
    const traceIds = new Set(batches.flatMap(({ calls }) => calls.map(({ call }) => call.traceId.toLowerCase())));
    const stored = await readLinks(this.#house, [...traceIds]);
    const arrived = arrivedCalls(batches, answers, stored);
    const { rows, flips } = this.#decide(arrived, stored, receivedAtUs);
    await this.#write(rows, flips, receivedAtUs, token);
    await this.#writeContexts(batches, receivedAtUs, token);
    const late = await this.#decideAgain(arrived, stored, receivedAtUs, token);
    await this.#tell(rows, [...flips, ...late], receivedAtUs);
    return answers;
  }

  /** Also for traces of which nothing is new: whoever wrote them may have been killed before it had decided. */
  #decide(
    arrived: ReadonlyMap<string, readonly Arrived[]>,
    stored: ReadonlyMap<string, readonly StoredLink[]>,
    receivedAtUs: number,
  ): { readonly rows: CallRow[]; readonly flips: Flip[] } {
    const rows: CallRow[] = [];
    const flips: Flip[] = [];
    for (const traceId of new Set([...arrived.keys(), ...stored.keys()])) {
      const [came, earlier] = [arrived.get(traceId) ?? [], stored.get(traceId) ?? []];
      const spansKnown = came.length + earlier.length;
      const billed = billedCalls<Arrived | StoredLink>([...earlier, ...came]);
      let net = 0;
      for (const node of came) {
        const isBilled = billed.has(node);
        rows.push(this.#rowOf(node, isBilled, spansKnown, receivedAtUs));
        if (!isBilled) net += 1;
      }
      for (const link of earlier) {
        if (link.wasBilled === billed.has(link)) continue;
        flips.push({ link, billed: billed.has(link), spansKnown });
        net += link.wasBilled ? 1 : -1;
      }
      const [first] = came;
      if (first !== undefined) first.answer.superseded += net;
    }
    return { rows, flips };
  }

  #rowOf(
    { given, startedAtUs, durationUs }: Arrived,
    billed: boolean,
    spansKnown: number,
    receivedAtUs: number,
  ): CallRow {
    const endedUs = startedAtUs + durationUs;
    return {
      call: given.call,
      cost: storableCost(given.cost),
      receivedAtUs,
      // What ended before there was a ledger is history: no answer has missed it.
      late: receivedAtUs > endedUs + this.#options.lateAfterUs && endedUs >= this.#options.openedUs,
      billed,
      version: billingVersion(spansKnown, receivedAtUs),
    };
  }

  async #write(rows: readonly CallRow[], flips: readonly Flip[], receivedAtUs: number, token: string): Promise<void> {
    if (rows.length > 0) {
      const [calls, outer] = [rows.map(callWriter.cells), rows.filter(({ billed }) => !billed).map(flipWriter.cells)];
      const { insert } = this.#house;
      await insert({ table: 'calls', columns: callWriter.columns, rows: calls, token: `${token}-calls` });
      if (outer.length > 0) {
        await insert({ table: 'flips', columns: flipWriter.columns, rows: outer, token: `${token}-outer` });
      }
    }
    await flipCalls(this.#house, flips, receivedAtUs, token);
    if (rows.length > 0) {
      const links = rows.map(linkWriter.cells);
      await this.#house.insert({ table: 'links', columns: linkWriter.columns, rows: links, token: `${token}-links` });
    }
  }

  async #writeContexts(batches: readonly CommitBatch[], receivedAtUs: number, token: string): Promise<void> {
    const seen = new Set<string>();
    const rows = batches
      .flatMap(({ contexts }) => contexts)
      .filter(({ traceId, spanId }) => {
        const id = `${traceId}-${spanId}`.toLowerCase();
        return !seen.has(id) && seen.add(id);
      })
      .map((context) => contextWriter.cells({ context, receivedAtUs }));
    if (rows.length === 0) return;
    const { columns } = contextWriter;
    await this.#house.insert({ table: 'context_spans', columns, rows, token: `${token}-contexts` });
  }

  /** Traces that another collector has written to since they were read. */
  async #decideAgain(
    arrived: ReadonlyMap<string, readonly Arrived[]>,
    stored: ReadonlyMap<string, readonly StoredLink[]>,
    receivedAtUs: number,
    token: string,
  ): Promise<Flip[]> {
    const flips: Flip[] = [];
    let known = new Map(
      [...arrived].map(([traceId, came]) => [traceId, came.length + (stored.get(traceId)?.length ?? 0)]),
    );
    for (let round = 1; known.size > 0; round += 1) {
      const counts = await countLinks(this.#house, [...known.keys()]);
      const grown = [...known]
        .filter(([traceId, count]) => (counts.get(traceId) ?? 0) > count)
        .map(([traceId]) => traceId);
      if (grown.length === 0) break;
      const links = await readLinks(this.#house, grown);
      // All of them, since what two have decided with as many spans each may differ from table to table.
      const again = [...links.values()].flatMap((all) => {
        const billed = billedCalls(all);
        return all.map((link) => ({ link, billed: billed.has(link), spansKnown: all.length }));
      });
      await flipCalls(this.#house, again, receivedAtUs, `${token}-${round}`);
      flips.push(...again.filter(({ link, billed }) => link.wasBilled !== billed));
      known = new Map([...links].map(([traceId, all]) => [traceId, all.length]));
    }
    return flips;
  }

  async #tell(rows: readonly CallRow[], flips: readonly Flip[], receivedAtUs: number): Promise<void> {
    const { onBilled } = this.#options;
    if (onBilled === undefined || rows.length + flips.length === 0) return;
    const moved = await readFlipped(this.#house, flips);
    const those = (billed: boolean) =>
      flips.filter((flip) => flip.billed === billed).flatMap((flip) => moved.get(flip) ?? []);
    onBilled({
      receivedAtUs,
      added: rows.filter(({ billed }) => billed),
      takenBack: those(false),
      revived: those(true),
    });
  }
}

/** The calls that are not stored, each once, by trace. */
function arrivedCalls(
  batches: readonly CommitBatch[],
  answers: readonly Answer[],
  stored: ReadonlyMap<string, readonly StoredLink[]>,
): ReadonlyMap<string, Arrived[]> {
  const held = new Set([...stored].flatMap(([traceId, links]) => links.map(({ spanId }) => `${traceId}-${spanId}`)));
  const byTrace = new Map<string, Arrived[]>();
  for (const [index, { calls }] of batches.entries()) {
    const answer = answers[index] as Answer;
    for (const given of calls) {
      const node = arrivedCall(given, answer);
      const id = `${node.traceId}-${node.spanId}`;
      if (held.has(id)) {
        answer.duplicates += 1;
        continue;
      }
      held.add(id);
      answer.inserted += 1;
      const same = byTrace.get(node.traceId);
      if (same === undefined) byTrace.set(node.traceId, [node]);
      else same.push(node);
    }
  }
  return byTrace;
}

function arrivedCall(given: PricedCall, answer: Answer): Arrived {
  const { call } = given;
  return {
    given,
    answer,
    traceId: call.traceId.toLowerCase(),
    spanId: call.spanId.toLowerCase(),
    parentSpanId: call.parentSpanId?.toLowerCase(),
    responseId: call.responseId,
    startedAtUs: call.startedAtUs,
    durationUs: call.durationUs,
    operation: call.operation,
    dialect: call.dialect,
    hasUsage: call.usage.status !== 'unavailable',
    isStated: call.billableStated === true,
  };
}
