import type { LedgerCost } from './ledger.ts';

/** A million million units at 10⁻¹⁸: below it, the sum of any number of calls a ledger can hold fits DECIMAL(38, 18). */
const AMOUNT_MAX = 10n ** 30n;

/**
 * A provider may report any amount. One that no store could add up is kept as what it is, unknown, with a reason; a
 * batch is not refused for it, since its sender would send it for ever.
 */
export function storableCost(cost: LedgerCost): LedgerCost {
  const { total, computed, list, contracted, resale, native } = cost;
  const beside = [computed?.total, list, contracted, resale, native?.total];
  if (isStorable(total)) return beside.every(isStorable) ? cost : alone(cost);
  return alone({ ...cost, status: 'inconsistent', total: undefined, lines: [], reason: 'amount_too_large' });
}

export function isStorable(amount: bigint | undefined): boolean {
  return amount === undefined || (amount < AMOUNT_MAX && amount > -AMOUNT_MAX);
}

/** The cost without the amounts beside it. */
function alone({
  computed: _,
  list: __,
  contracted: ___,
  resale: ____,
  native: _____,
  ...cost
}: LedgerCost): LedgerCost {
  return cost;
}
