import { type CallRecord, isMeter } from '@costspan/usage';
import { billedNames } from './billed-names.ts';
import { costOf } from './cost-of.ts';
import { type CostInDollars, inDollars } from './in-dollars.ts';
import type { PriceBook } from './price-book.ts';

/** A count of the call that could not be read: `COUNT_INVALID`, or a meter that nobody here knows. */
export interface CountFinding {
  readonly code: string;
  readonly meter: string;
}

/**
 * What a call costs by the book, for the customer it was made for, at the instant it started. Where a count could not be read, a total of the others would
 * pass for the whole, so there is none: the status is `usage_missing` and the reason names the meter. A meter that
 * is not known here makes the cost `partial`. A cost that the provider reported stands in both cases.
 */
export function priceCall(book: PriceBook, call: CallRecord, findings: readonly CountFinding[]): CostInDollars {
  const customer = call.tags['customer_id'];
  const { startedAtUs: atUs, usage } = call;
  const cost = inDollars(costOf(book, { ...billedNames(call), customer, atUs, usage }));
  const first = findings.find((finding) => finding.code === 'COUNT_INVALID') ?? findings[0];
  if (first === undefined || cost.status === 'provider_reported') return cost;
  if (first.code === 'COUNT_INVALID') {
    return {
      status: 'usage_missing',
      total: undefined,
      currency: cost.currency,
      lines: [],
      reason: `count_invalid:${first.meter}`,
    };
  }
  return cost.total === undefined ? cost : { ...cost, status: 'partial', reason: reasonFor(first) };
}

/** The name of an unknown meter came from outside: it is repeated only when it looks like one. */
function reasonFor({ meter }: CountFinding): string {
  return !isMeter(meter) && /^[a-z][a-z0-9_]{0,63}$/.test(meter) ? `meter_unknown:${meter}` : 'meter_unknown';
}
