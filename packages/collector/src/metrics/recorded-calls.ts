import type { AppendResult, PricedCall } from '../ledger/ledger.ts';

/**
 * The calls of a batch that the ledger took in, so that a retry is counted once. A batch is nearly always new or known as
 * a whole. Of one that is both, the ledger says only how many were new; then so many are counted, the first ones.
 */
export function recordedCalls(calls: readonly PricedCall[], { inserted }: AppendResult): readonly PricedCall[] {
  return inserted === calls.length ? calls : calls.slice(0, inserted);
}
