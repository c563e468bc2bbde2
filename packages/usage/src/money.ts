import { CostspanError } from './errors.ts';

declare const atto: unique symbol;

/** An exact amount of money: an integer count of 10⁻¹⁸ of the currency unit. Negative values are legal (credits). */
export type Atto = bigint & { readonly [atto]: true };

/** Decimal places of an {@link Atto}. 10⁻¹² is too coarse: 0.003625 per million × 1.1 needs 13 places. */
export const MONEY_SCALE = 18;

const ATTO_PER_UNIT = 10n ** 18n;
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

export const ZERO = 0n as Atto;

/** Brands an integer that already counts 10⁻¹⁸ units. */
export function attoFromInteger(value: bigint): Atto {
  return value as Atto;
}

/**
 * Reads a plain decimal string (`"0.0106741"`, no exponent, no sign but `-`) exactly.
 * @throws CostspanError `MONEY_FORMAT` when the text is not a plain decimal, `MONEY_PRECISION` when it has more than 18 decimal places.
 */
export function parseMoney(text: string): Atto {
  const match = DECIMAL.exec(text);
  if (match === null) {
    throw new CostspanError(
      'MONEY_FORMAT',
      `"${text}" is not a plain decimal such as "0.0106741"; write it without exponent, spaces or currency sign`,
    );
  }
  const [, sign, whole, fraction = ''] = match;
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > MONEY_SCALE) {
    throw new CostspanError(
      'MONEY_PRECISION',
      `"${text}" has ${significant.length} decimal places; money holds ${MONEY_SCALE}`,
    );
  }
  const value = BigInt(whole as string) * ATTO_PER_UNIT + BigInt(significant.padEnd(MONEY_SCALE, '0'));
  return (sign === '-' ? -value : value) as Atto;
}

/** The plain decimal string of an amount: no exponent, no trailing zeros, `"0"` for nothing. The inverse of {@link parseMoney}. */
export function formatMoney(amount: Atto): string {
  const negative = amount < 0n;
  const digits = (negative ? -amount : amount).toString().padStart(MONEY_SCALE + 1, '0');
  const whole = digits.slice(0, -MONEY_SCALE);
  const fraction = digits.slice(-MONEY_SCALE).replace(/0+$/, '');
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

export function addMoney(a: Atto, b: Atto): Atto {
  return (a + b) as Atto;
}

export function sumMoney(amounts: Iterable<Atto>): Atto {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total as Atto;
}

/**
 * The nearest double. For the convenience attribute beside the exact string, and for drawing; never for adding up.
 * Goes through the decimal text so that the result is the correctly rounded double.
 */
export function moneyToNumber(amount: Atto): number {
  return Number(formatMoney(amount));
}

/**
 * Splits an amount in proportion to whole-number shares so that the parts sum to it exactly (largest remainder;
 * ties go to the earlier share).
 * @throws CostspanError `MONEY_SHARES` when a share is negative or all are zero.
 */
export function splitMoney(amount: Atto, shares: readonly bigint[]): Atto[] {
  const whole = shares.reduce((sum, share) => sum + share, 0n);
  if (whole <= 0n || shares.some((share) => share < 0n)) {
    throw new CostspanError('MONEY_SHARES', 'shares must not be negative and must not all be zero');
  }
  const sign = amount < 0n ? -1n : 1n;
  const size = amount < 0n ? -amount : amount;
  const parts = shares.map((share, index) => ({ index, floor: (size * share) / whole, rest: (size * share) % whole }));
  let left = size - parts.reduce((sum, part) => sum + part.floor, 0n);
  for (const part of [...parts].sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))) {
    if (left === 0n) break;
    part.floor += 1n;
    left -= 1n;
  }
  return parts.map((part) => (sign * part.floor) as Atto);
}
