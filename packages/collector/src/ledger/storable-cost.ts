import type { Cost } from '@costspan/pricing';

/** A million million units at 10⁻¹⁸: below it, the sum of any number of calls a ledger can hold fits DECIMAL(38, 18). */
const AMOUNT_MAX = 10n ** 30n;

/**
 * A provider may report any amount. One that no store could add up is kept as what it is, unknown, with a reason; a
 * batch is not refused for it, since its sender would send it for ever.
 */
export function storableCost(cost: Cost): Cost {
  const { total, computed } = cost;
  if (isStorable(total)) return isStorable(computed?.total) ? cost : withoutComputed(cost);
  return withoutComputed({ ...cost, status: 'inconsistent', total: undefined, lines: [], reason: 'amount_too_large' });
}

function isStorable(amount: bigint | undefined): boolean {
  return amount === undefined || (amount < AMOUNT_MAX && amount > -AMOUNT_MAX);
}

function withoutComputed({ computed: _, ...cost }: Cost): Cost {
  return cost;
}
