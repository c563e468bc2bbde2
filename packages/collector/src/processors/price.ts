import { billedNames, type Cost, costOf, type PriceBook } from '@costspan/pricing';
import { type CallRecord, isMeter } from '@costspan/usage';
import type { UsageFinding } from '../dialects/dialect.ts';

/**
 * What a call costs by the book, at the instant it started. Where a count could not be read, a total of the others would
 * pass for the whole, so there is none: the status is `usage_missing` and the reason names the meter. A meter this
 * collector does not know makes the cost `partial`. A cost that the provider reported stands in both cases.
 */
export function price(book: PriceBook, call: CallRecord, findings: readonly UsageFinding[]): Cost {
  const cost = costOf(book, { ...billedNames(call), atUs: call.startedAtUs, usage: call.usage });
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
function reasonFor({ meter }: UsageFinding): string {
  return !isMeter(meter) && /^[a-z][a-z0-9_]{0,63}$/.test(meter) ? `meter_unknown:${meter}` : 'meter_unknown';
}
