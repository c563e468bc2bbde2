import { type Cost, FX_TARGET } from '@costspan/pricing';
import type { LedgerCost } from '../ledger/ledger.ts';
import { parseInstantUs } from '../query/instants.ts';

/**
 * The cost as the ledger adds it up: that of a card in another currency in US dollars, with the native amount beside it. Where no
 * rate of exchange is known for the instant of the call it has no cost, for the reason `fx_missing:<currency>`, and keeps the
 * native amount: a sum of several currencies would mean nothing.
 */
export function inDollars(cost: Cost): LedgerCost {
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
  const fxFromUs = from === undefined ? undefined : parseInstantUs(from);
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
