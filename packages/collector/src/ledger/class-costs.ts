import { type CostClass, classOfMeter } from '@costspan/pricing';
import { METER_NAMES, type Meter, parseMoney } from '@costspan/usage';
import type { LedgerCost } from './ledger.ts';

/** Classes of tokens that the ledger keeps an amount of. What is left of the cost is `other`. */
export const STORED_CLASSES = ['input', 'cache_read', 'cache_write', 'output'] as const satisfies readonly CostClass[];
export type StoredClass = (typeof STORED_CLASSES)[number];

const SCALE = 10n ** 18n;

const CLASSES = Object.fromEntries(METER_NAMES.map((meter) => [meter, classOfMeter(meter)])) as Record<
  Meter,
  CostClass
>;

/**
 * What of a cost was charged for a class of tokens, at 10⁻¹⁸ USD; `undefined` where the cost is not known in dollars. Lines in
 * another currency are converted at the rate of the call and cut at 10⁻¹⁸: what the cuts leave stands in `other`.
 */
export function classCost(cost: LedgerCost, name: StoredClass): bigint | undefined {
  if (cost.total === undefined || cost.currency !== 'USD') return undefined;
  let amount = 0n;
  for (const line of cost.lines) if (CLASSES[line.meter] === name) amount += line.amount;
  if (cost.native === undefined) return amount;
  return cost.native.fxRate === undefined ? undefined : (amount * parseMoney(cost.native.fxRate)) / SCALE;
}
