import type { CostInDollars } from '@costspan/pricing';
import type { ContextSpan } from '@costspan/spans';
import { type CallRecord, CostspanError } from '@costspan/usage';
import type { ExportSource } from '../exports/export-source.ts';
import type { CallDetail, CallSummary, CallsPage, CallsQuery } from '../query/calls-query.ts';
import type { UsageQuery, UsageResult } from '../query/usage-query.ts';
import type { TagKeyCount, TagKeysQuery } from '../query/values-query.ts';

export { CONTEXT_KINDS, type ContextKind, type ContextSpan } from '@costspan/spans';

/** A call and what it cost: one row of the ledger. */
export interface PricedCall {
  readonly call: CallRecord;
  readonly cost: LedgerCost;
}

/** A cost as it is added up: in US dollars wherever they are known. Its lines are in the currency of the card. */
export type LedgerCost = CostInDollars;

/** A trace as the ledger knows it: at most {@link TRACE_SPANS_MAX} calls and as many context spans. */
export interface TraceSpans {
  readonly calls: readonly (CallSummary & { readonly parent_span_id: string | null })[];
  readonly contexts: readonly ContextSpan[];
  /** There are more than these. */
  readonly isTruncated: boolean;
}

export const TRACE_SPANS_MAX = 10_000;

export interface AppendResult {
  /** Calls that are in the ledger because of this batch, those that another span stands for included. */
  readonly inserted: number;
  /** Calls of this batch that the ledger (or an earlier place in the batch) already had; they changed nothing. */
  readonly duplicates: number;
  /**
   * Calls that are billed no more because of this batch, less those that are billed again: calls of libraries around a
   * provider call that has come now. `inserted - superseded` is what the count of billed calls grew by.
   */
  readonly superseded: number;
  /** Calls that were left out, since the ledger has already deleted the calls of their time. */
  readonly expired: number;
}

/** What one sender gave, in a form that costs little to hold and stands in a journal as it is. */
export interface PackedBatch {
  /** Calls and context spans. */
  readonly rows: number;
}

/** Taking calls in two steps: once into bytes, and later, many senders' at a time, from there into the store. */
export interface Packing<Batch extends PackedBatch = PackedBatch> {
  /** @throws CostspanError `LEDGER_CALL_INVALID` when the calls are none that the ledger could keep. */
  pack(calls: readonly PricedCall[], contexts: readonly ContextSpan[]): Batch;
  /** The batch as {@link read} has it again, in this process or another. */
  bytesOf(batch: Batch): Buffer;
  /** @throws CostspanError when the bytes are no batch. */
  read(bytes: Buffer): Batch;
  /** As `append` does with all calls and context spans of the batches, in one commit. */
  append(batches: readonly Batch[]): Promise<AppendResult>;
}

/** The stored calls with their costs: the truth for money. Every implementation runs `ledger.contract.ts`. */
export interface Ledger {
  /**
   * Keeps every call of the batch once, by (traceId, spanId): the first one that was kept stays as it is. Of several spans
   * of one provider call one is billed, whatever order they come in: see `billed-calls.ts`.
   * Context spans are kept beside them and are never billed.
   * Resolves after the commit that holds the whole batch is durable; concurrent appends share commits.
   * @throws LedgerUnavailableError when the batch could not be written: no part of it is kept without the rest, and
   *   sending the same batch again is always right.
   */
  append(calls: readonly PricedCall[], contexts?: readonly ContextSpan[]): Promise<AppendResult>;
  /**
   * The start before which calls are left out, since those of their time are deleted, microseconds; as of the last look, so that a
   * sender can be told at once. A ledger that keeps all has none.
   */
  readonly keptFromUs?: () => number;
  /** A shorter way for calls that wait in a journal; a ledger need not have one. */
  readonly packing?: Packing;
  /**
   * Sums over the calls that started in `[from, to)`. Reads one snapshot, so rows always add up to the total.
   * `complete_to` is the instant just before the snapshot was taken: every call whose `append` had resolved by then is in
   * the answer. It is knowledge time; a call that is still on its way may have started earlier.
   * @throws LedgerUnavailableError when the ledger could not be read.
   * @throws QueryTooLargeError when the question needs more time or more buckets than the bounds allow.
   */
  query(query: UsageQuery): Promise<UsageResult>;
  /** One page of calls, newest first unless asked otherwise. */
  calls(query: CallsQuery): Promise<CallsPage>;
  /** One call by its `${traceId}-${spanId}`; `undefined` when the ledger has none. */
  call(id: string): Promise<CallDetail | undefined>;
  /** The calls and context spans of a trace, in order of their starts; `undefined` when the ledger has none. */
  trace(traceId: string): Promise<TraceSpans | undefined>;
  /** The keys of tags that calls carry besides the first-class ones, those on most calls first. */
  tagKeys(query: TagKeysQuery): Promise<readonly TagKeyCount[]>;
  /** What calls are taken out with, where the store has it. */
  readonly exports?: ExportSource;
  /** Commits what was appended, then releases the store. Later calls are refused with LedgerUnavailableError. */
  close(): Promise<void>;
}

/** The store could not do it now: disk full, read-only, locked by another process, closed. Worth trying again later. */
export class LedgerUnavailableError extends CostspanError {
  override readonly name = 'LedgerUnavailableError';
}

/** The question needs more time or more rows than the bounds allow. A narrower one will do. */
export class QueryTooLargeError extends CostspanError {
  override readonly name = 'QueryTooLargeError';
}
