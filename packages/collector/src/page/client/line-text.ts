import type { CallDetail, CallLine } from './api.ts';
import { formatCount } from './format-count.ts';
import { formatInstant } from './format-time.ts';

/** A meter stands on a line for each step of a ladder, and on one for each fee. */
export function lineName({ meter, above, fee }: CallLine): string {
  const step = above === undefined ? '' : ` above ${formatCount(above)}`;
  return `${meterName(meter)}${step}${fee === undefined ? '' : ` · ${fee}`}`;
}

export function quantityText({ quantity, counted }: CallLine): string {
  return `${formatCount(quantity)}${counted === undefined ? '' : ` of ${formatCount(counted)}`}`;
}

export function rateText({ rate, per, multipliers = [] }: CallLine, currency: string): string {
  const factors = multipliers.map(({ name, factor }) => ` × ${factor} ${name}`).join('');
  return `${exactRate(rate, currency)}${perName(per)}${factors}`;
}

/** The amount of the card, and how it became dollars. */
export function nativeText({
  currency,
  cost,
  fx_rate: rate,
  fx_from: from,
}: NonNullable<CallDetail['native']>): string {
  if (rate === null) return `${cost} ${currency}, and no rate of exchange for that time`;
  const since = from === null ? '' : ` since ${formatInstant(Date.parse(from))}`;
  return `${cost} ${currency} at ${rate}${since}`;
}

export function meterName(meter: string): string {
  const words = meter.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A rate is never rounded; one with fewer than two places is filled up: `$0.20`. */
function exactRate(rate: string, currency: string): string {
  const [whole = '', fraction = ''] = rate.split('.');
  return `${currency === 'USD' ? '$' : `${currency} `}${whole}.${fraction.padEnd(2, '0')}`;
}

function perName(per: number): string {
  if (per === 1) return ' each';
  return per === 1_000_000 ? ' / M' : per === 1_000 ? ' / k' : ` / ${formatCount(per)}`;
}
