import { deserialize, serialize } from 'node:v8';
import type { ContextSpan, Ledger, PackedBatch, Packing, PricedCall } from '../ledger/ledger.ts';

/** Calls as they are, and beside them as the journal keeps them. */
export interface PlainBatch extends PackedBatch {
  readonly calls: readonly PricedCall[];
  readonly contexts: readonly ContextSpan[];
}

/** The first byte of everything that `node:v8` writes. */
const V8_MARK = 0xff;

/** Whether a record of the journal is one of these. */
export function isPlain(bytes: Buffer): boolean {
  return bytes[0] === V8_MARK;
}

/** For a ledger that has no packing of its own. */
export function plainPacking(ledger: Pick<Ledger, 'append'>): Packing<PlainBatch> {
  return {
    pack: (calls, contexts) => ({ calls, contexts, rows: calls.length + contexts.length }),
    bytesOf: ({ calls, contexts }) => serialize({ calls, contexts }),
    read(bytes) {
      const { calls, contexts } = deserialize(bytes) as Omit<PlainBatch, 'rows'>;
      return { calls, contexts, rows: calls.length + contexts.length };
    },
    append: (batches) =>
      ledger.append(
        batches.flatMap(({ calls }) => calls),
        batches.flatMap(({ contexts }) => contexts),
      ),
  };
}
