import { type Atto, addMoney, attoFromInteger, formatMoney, ZERO } from '../money.ts';
import type { PricingContext } from '../pricing-context.ts';
import type { CountReader } from './count-reader.ts';

/** Amounts of more digits, or of a larger power of ten, are noise or an attack; neither is money. */
const DIGITS_MAX = 40;

/** An amount as the provider writes it, and where it stands. */
type Stated = readonly [at: string, value: unknown];

/**
 * The sum of what a provider says it charged, in US dollars, as pricing context. Empty when a part is absent; a part that is
 * not an amount becomes a finding.
 * Providers send JSON numbers: their shortest decimal form is taken as meant, and digits past the 18th decimal place, which
 * only binary arithmetic puts there, are rounded half to even.
 */
export function reportedCost(read: CountReader, ...parts: readonly Stated[]): PricingContext {
  let sum = ZERO;
  for (const [at, value] of parts) {
    if (value === undefined || value === null) return {};
    const amount = attoOf(value);
    if (amount === undefined) {
      read.findings.push({ at, code: 'COST_INVALID', message: 'the reported cost is not an amount; it was left out' });
      return {};
    }
    sum = addMoney(sum, amount);
  }
  return costContext(sum);
}

/** The same for a count of ticks, 10⁻¹⁰ dollars each. */
export function reportedTicks(ticks: number | undefined): PricingContext {
  return ticks === undefined ? {} : costContext(attoFromInteger(BigInt(ticks) * 10n ** 8n));
}

function costContext(amount: Atto): PricingContext {
  return { reported_cost: { amount: formatMoney(amount), currency: 'USD' } };
}

function attoOf(value: unknown): Atto | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const match = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(String(value));
  if (match === null) return undefined;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const power = Number(exponent) - fraction.length + 18;
  const digits = whole + fraction;
  if (digits.length > DIGITS_MAX || Math.abs(power) > DIGITS_MAX) return undefined;
  const integer = BigInt(digits);
  return attoFromInteger(power >= 0 ? integer * 10n ** BigInt(power) : halfEven(integer, 10n ** BigInt(-power)));
}

function halfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  const up = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}
