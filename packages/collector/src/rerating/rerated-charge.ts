import { billedNames, type CostInDollars, costOf, inDollars, type PriceBook } from '@costspan/pricing';
import { isMeter, type Meter, type PricingContext, type UsageStatus } from '@costspan/usage';
import type { StoredCharge } from '../exports/focus/stored-charge.ts';
import { encodeLines } from '../ledger/stored-lines.ts';

/** What of an exported call decides its price. */
export interface RatedCall {
  readonly provider: string;
  readonly model: string | null;
  readonly request_model: string | null;
  readonly customer_id: string | null;
  readonly usage_status: UsageStatus;
  readonly cost_reason: string | null;
  readonly context: PricingContext | null;
  readonly other_meters: Readonly<Record<string, number>>;
  readonly [meter: string]: unknown;
}

/**
 * The charge by the prices of a book, at the instant of the call; `undefined` where it stays as it is: a cost that the provider
 * reported, counts that could not be read, or a book that knows no price for it.
 */
export function reratedCharge(charge: StoredCharge, call: RatedCall, book: PriceBook): StoredCharge | undefined {
  const isFixed =
    charge.status === 'provider_reported' || /^(count_invalid|meter_unknown)/.test(call.cost_reason ?? '');
  if (isFixed) return undefined;
  const names = billedNames({
    provider: call.provider,
    requestModel: call.request_model ?? undefined,
    responseModel: call.model ?? undefined,
    context: call.context ?? {},
  });
  const usage = { status: call.usage_status, meters: metersOf(call) };
  const cost = inDollars(
    costOf(book, { ...names, customer: call.customer_id ?? undefined, atUs: charge.startedAtUs, usage }),
  );
  return cost.total === undefined ? undefined : { ...charge, ...priced(cost) };
}

function priced(cost: CostInDollars): Partial<StoredCharge> {
  const { native } = cost;
  return {
    lines: encodeLines(cost.lines),
    total: cost.total,
    currency: cost.currency,
    status: cost.status,
    list: cost.list,
    card: cost.card === undefined ? undefined : JSON.stringify(cost.card),
    native:
      native === undefined ? undefined : { currency: native.currency, total: native.total, fxRate: native.fxRate },
  };
}

function metersOf(call: RatedCall): Partial<Record<Meter, number>> {
  const meters: Partial<Record<Meter, number>> = {};
  for (const [name, count] of [...Object.entries(call), ...Object.entries(call.other_meters)]) {
    if (isMeter(name) && count !== null) meters[name] = Number(count);
  }
  return meters;
}
