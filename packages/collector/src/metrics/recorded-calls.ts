import type { AppendResult, PricedCall } from '../ledger/ledger.ts';

/**
 * The calls of a batch that are billed because of it, so that a retry is counted once and a call of a library around a
 * provider call not at all. Nearly always that is all of the batch or none. Otherwise the ledger says only how many; then
 * so many are counted, the first ones: spans come in the order in which they ended, and inner calls end first.
 */
export function recordedCalls(
  calls: readonly PricedCall[],
  { inserted, superseded }: AppendResult,
): readonly PricedCall[] {
  const billed = Math.max(0, inserted - superseded);
  return billed >= calls.length ? calls : calls.slice(0, billed);
}
