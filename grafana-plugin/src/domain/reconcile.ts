import { differenceOf, shareOf } from './money.ts';

export type ReconcileReason = 'within' | 'missing' | 'metric-lower' | 'metric-higher' | 'unpriced';

export interface Reconciled {
  readonly customer: string;
  /** Exact, from the ledger. */
  readonly ledger: string | null;
  /** From a scraped counter: an estimate. */
  readonly metric: string | null;
  /** `metric - ledger`. */
  readonly difference: string | null;
  /** The difference as a share of the ledger. */
  readonly share: number | null;
  readonly reason: ReconcileReason;
}

/** What scraping and extrapolating may lose or add without anything being wrong. */
const WITHIN = 0.01;

/** Holds a metric against the ledger, customer by customer. */
export function reconcile(
  ledger: readonly { readonly customer: string; readonly cost: string | null }[],
  metric: ReadonlyMap<string, string>,
): readonly Reconciled[] {
  return ledger.map(({ customer, cost }) => {
    const seen = metric.get(customer) ?? null;
    const known = { customer, ledger: cost, metric: seen };
    if (cost === null) return { ...known, difference: null, share: null, reason: 'unpriced' };
    if (seen === null) return { ...known, difference: null, share: null, reason: 'missing' };
    const difference = differenceOf(seen, cost);
    const share = shareOf(difference, cost);
    return { ...known, difference, share, reason: reasonOf(share ?? (difference === '0' ? 0 : 1)) };
  });
}

function reasonOf(share: number): ReconcileReason {
  if (Math.abs(share) <= WITHIN) return 'within';
  return share < 0 ? 'metric-lower' : 'metric-higher';
}
