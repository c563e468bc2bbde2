/** An exact non-negative fraction. Rates and quotients stay fractions until an amount is rounded once. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const PLAIN = /^(\d+)(?:\.(\d+))?$/;
const SCIENTIFIC = /^(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,3})$/;

/** Longest decimal text that is read. Keeps a hostile file from costing time; prices need about 20 characters. */
const DECIMAL_LENGTH_MAX = 64;

/** Exact value of a plain decimal string ≥ 0 such as `"1.25"`, `undefined` when it is not one. */
export function parseDecimal(text: string): Fraction | undefined {
  if (text.length > DECIMAL_LENGTH_MAX) return undefined;
  const match = PLAIN.exec(text);
  if (match === null) return undefined;
  const [, whole = '', fraction = ''] = match;
  return { numerator: BigInt(whole + fraction), denominator: 10n ** BigInt(fraction.length) };
}

/** The shortest spelling of a plain decimal: no leading or trailing zeros. `undefined` when `text` is not one. */
export function canonicalDecimal(text: string): string | undefined {
  return shiftDecimal(text, 0);
}

/**
 * A decimal text, plain or scientific (`"1.25e-06"`), times 10^`places`, as the shortest plain decimal string. Exact:
 * digits move, nothing is calculated. `undefined` when it is not a number ≥ 0.
 */
export function shiftDecimal(text: string, places: number): string | undefined {
  if (text.length > DECIMAL_LENGTH_MAX) return undefined;
  const match = PLAIN.exec(text) ?? SCIENTIFIC.exec(text);
  if (match === null) return undefined;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent) + places;
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const at = Math.max(point, 1);
  const integer = padded.slice(0, at).replace(/^0+(?=\d)/, '');
  const rest = padded.slice(at).replace(/0+$/, '');
  return rest === '' ? integer : `${integer}.${rest}`;
}

/** Quotient of two whole numbers ≥ 0, rounded to the nearest whole number; a tie goes to the even one. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const twiceRest = (dividend % divisor) * 2n;
  if (twiceRest > divisor || (twiceRest === divisor && quotient % 2n === 1n)) return quotient + 1n;
  return quotient;
}

/** The same fraction in lowest terms. */
export function reduceFraction({ numerator, denominator }: Fraction): Fraction {
  let a = numerator;
  let b = denominator;
  while (b !== 0n) [a, b] = [b, a % b];
  return { numerator: numerator / a, denominator: denominator / a };
}
