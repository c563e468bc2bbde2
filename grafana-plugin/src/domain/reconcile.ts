import { differenceOf, shareOf } from './money.ts';

/**
 * Why a metric is not the ledger. `within`: no more than scraping loses · `missing`: there is no such series · `unpriced`: the
 * ledger has calls without a price · `late`: calls came long after they had ended, when their time had been scraped ·
 * `reset`: the counter began anew · `gap`: scrapes are missing · `lower`, `higher`: none of these explains it.
 */
export type ReconcileReason = 'within' | 'missing' | 'unpriced' | 'late' | 'reset' | 'gap' | 'lower' | 'higher';

/** A customer as the ledger has it. */
export interface LedgerCost {
  readonly customer: string;
  readonly cost: string | null;
  readonly unpriced_calls: number;
  readonly late_calls: number;
}

/** A customer as the metrics have it. */
export interface SeenCost {
  readonly cost: string;
  readonly resets: number;
  /** Share of the scrapes that saw it, from 0 to 1. */
  readonly seen: number;
}

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
  /** At least one. */
  readonly reasons: readonly ReconcileReason[];
}

/** What scraping and extrapolating may lose or add without anything being wrong. */
const WITHIN = 0.01;
/** Less of the scrapes than this is a gap. */
const SEEN_MIN = 0.98;

/** Holds metrics against the ledger, customer by customer. */
export function reconcile(
  ledger: readonly LedgerCost[],
  metrics: ReadonlyMap<string, SeenCost>,
): readonly Reconciled[] {
  return ledger.map((row) => {
    const { customer, cost } = row;
    const seen = metrics.get(customer);
    const metric = seen?.cost ?? null;
    const known = { customer, ledger: cost, metric };
    if (cost === null) return { ...known, difference: null, share: null, reasons: ['unpriced'] };
    if (seen === undefined) return { ...known, difference: null, share: null, reasons: ['missing'] };
    const difference = differenceOf(seen.cost, cost);
    const share = shareOf(difference, cost) ?? (difference === '0' ? 0 : 1);
    return { ...known, difference, share, reasons: reasonsOf(row, seen, share) };
  });
}

function reasonsOf(row: LedgerCost, seen: SeenCost, share: number): readonly ReconcileReason[] {
  if (Math.abs(share) <= WITHIN) return ['within'];
  const isLower = share < 0;
  const found: readonly (ReconcileReason | false)[] = [
    seen.resets > 0 && 'reset',
    isLower && seen.seen < SEEN_MIN && 'gap',
    row.late_calls > 0 && 'late',
  ];
  const reasons = found.filter((reason) => reason !== false);
  return reasons.length > 0 ? reasons : [isLower ? 'lower' : 'higher'];
}
