import type { Atto } from '@costspan/usage';
import type { Cost } from './cost.ts';
import { FX_TARGET } from './fx.ts';
import { parseInstant } from './instant.ts';

/** A cost as it is added up: in US dollars wherever they are known. Its lines are in the currency of the card. */
export interface CostInDollars extends Cost {
  /** What the card says, where it is in another currency. */
  readonly native?: NativeCost;
}

export interface NativeCost {
  /** ISO 4217. */
  readonly currency: string;
  /** What the lines add up to. */
  readonly total: Atto;
  /** What one unit was worth in US dollars, as a plain decimal string, and since when; absent where nobody says. */
  readonly fxRate?: string;
  readonly fxFromUs?: number;
}

/**
 * The cost as the ledger adds it up: that of a card in another currency in US dollars, with the native amount beside it. Where no
 * rate of exchange is known for the instant of the call it has no cost, for the reason `fx_missing:<currency>`, and keeps the
 * native amount: a sum of several currencies would mean nothing.
 */
export function inDollars(cost: Cost): CostInDollars {
  if (cost.computed !== undefined) return { ...cost, computed: inDollars(cost.computed) };
  const { converted, list, contracted, resale, ...rest } = cost;
  const { currency, total } = rest;
  if (currency === FX_TARGET || total === undefined) return cost;
  const native = { currency, total };
  if (converted?.total === undefined) {
    const reason = `fx_missing:${currency}`;
    return { ...rest, status: 'unpriced', total: undefined, currency: FX_TARGET, reason, native };
  }
  const { rate, from, source: _, ...amounts } = converted;
  const fxFromUs = from === undefined ? undefined : parseInstant(from);
  return {
    ...rest,
    ...amounts,
    native: {
      ...native,
      ...(rate === undefined ? {} : { fxRate: rate }),
      ...(fxFromUs === undefined ? {} : { fxFromUs }),
    },
  };
}
