import { type Atto, attoFromInteger } from '@costspan/usage';
import type { CostLine } from './cost.ts';
import { classOfMeter } from './cost-by-class.ts';

/** What of a cost line it takes to know. */
export type SavingLine = Pick<CostLine, 'meter' | 'quantity' | 'amount' | 'fee'>;

/**
 * What tokens read from the cache would have cost more as fresh input of the same call, in 10⁻¹⁸ of the currency of the
 * lines. `undefined` where the call has no fresh input to compare with, or read nothing: a saving is never guessed. What
 * writing the cache cost is not taken off: it is a line of its own.
 */
export function cacheSavings(lines: readonly SavingLine[]): Atto | undefined {
  const fresh = lines.find(
    ({ meter, quantity, fee }) =>
      meter === 'input_tokens' && fee === undefined && Number.isSafeInteger(quantity) && quantity > 0,
  );
  if (fresh === undefined) return undefined;
  let saved = 0n;
  let read = false;
  for (const { meter, quantity, amount, fee } of lines) {
    if (classOfMeter(meter) !== 'cache_read' || fee !== undefined || !Number.isSafeInteger(quantity)) continue;
    read = true;
    saved += (fresh.amount * BigInt(quantity)) / BigInt(fresh.quantity) - amount;
  }
  return read && saved > 0n ? attoFromInteger(saved) : undefined;
}
