import type { ContextSpan, PricedCall } from '../ledger.ts';
import { packCalls } from './call-columns.ts';
import { packContexts } from './context-columns.ts';
import { PACKED_CALLS, PACKED_CONTEXTS, type PackedRows, readPackedRows } from './packed-rows.ts';

/** What one sender gave, packed. */
export interface Batch {
  readonly calls: PackedRows | undefined;
  readonly contexts: PackedRows | undefined;
  /** Calls and context spans. */
  readonly rows: number;
}

/** @throws CostspanError `LEDGER_CALL_INVALID` when an id is not hexadecimal of its length. */
export function packBatch(calls: readonly PricedCall[], contexts: readonly ContextSpan[]): Batch {
  return {
    calls: calls.length === 0 ? undefined : packCalls(calls),
    contexts: contexts.length === 0 ? undefined : packContexts(contexts),
    rows: calls.length + contexts.length,
  };
}

/** As {@link readBatch} reads it. */
export function bytesOf({ calls, contexts }: Batch): Buffer {
  if (contexts === undefined) return calls === undefined ? Buffer.alloc(0) : calls.bytes;
  return calls === undefined ? contexts.bytes : Buffer.concat([calls.bytes, contexts.bytes]);
}

/** @throws PackedRowsError when the bytes are not those of a batch. */
export function readBatch(bytes: Buffer): Batch {
  const first = bytes.length >= 4 ? bytes.readUInt32LE(0) : 0;
  const calls = first === PACKED_CALLS ? readPackedRows(bytes, 0, PACKED_CALLS) : undefined;
  const at = calls?.bytes.length ?? 0;
  const contexts = at === bytes.length && calls !== undefined ? undefined : readPackedRows(bytes, at, PACKED_CONTEXTS);
  return { calls, contexts, rows: (calls?.count ?? 0) + (contexts?.count ?? 0) };
}
