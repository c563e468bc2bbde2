/** Exact amounts: integers of 10⁻¹⁸ USD inside, plain decimal strings outside. No sum of ours goes through a float. */
export type Atto = bigint;

const DIGITS = 18;
const ATTO_PER_USD = 10n ** BigInt(DIGITS);

/** @throws RangeError when `text` is not a plain decimal of at most 18 places. */
export function attoOf(text: string): Atto {
  const match = /^(-?)(\d+)(?:\.(\d{1,18}))?$/.exec(text);
  if (match === null) throw new RangeError(`"${text}" is not an amount`);
  const [, sign, whole = '0', part = ''] = match;
  const atto = BigInt(whole) * ATTO_PER_USD + BigInt(part.padEnd(DIGITS, '0'));
  return sign === '-' ? -atto : atto;
}

/** Plain decimal without trailing zeros. */
export function decimalOf(atto: Atto): string {
  const size = atto < 0n ? -atto : atto;
  const part = (size % ATTO_PER_USD).toString().padStart(DIGITS, '0').replace(/0+$/, '');
  return `${atto < 0n ? '-' : ''}${size / ATTO_PER_USD}${part === '' ? '' : `.${part}`}`;
}

export function sumOf(amounts: readonly string[]): string {
  return decimalOf(amounts.reduce((sum, amount) => sum + attoOf(amount), 0n));
}

/** `a - b`, exact. */
export function differenceOf(a: string, b: string): string {
  return decimalOf(attoOf(a) - attoOf(b));
}

/** `amount × numerator / denominator`, towards zero in the last of 18 places. */
export function scaled(amount: string, numerator: bigint, denominator: bigint): string {
  return decimalOf((attoOf(amount) * numerator) / denominator);
}

/** `part / whole` to six places, to draw or to show as a percentage; `null` when there is no whole. */
export function shareOf(part: string, whole: string): number | null {
  const divisor = attoOf(whole);
  return divisor === 0n ? null : Number((attoOf(part) * 1_000_000n) / divisor) / 1_000_000;
}

/** The same of a part that may be unknown: then so is its share. */
export function shareIn(part: string | null, whole: string): number | null {
  return part === null ? null : shareOf(part, whole);
}

/** Only to place a mark in a drawing. Never to calculate with. */
export function approximate(amount: string): number {
  return Number(amount);
}

export function compareAmounts(a: string, b: string): number {
  const difference = attoOf(a) - attoOf(b);
  return difference < 0n ? -1 : Number(difference > 0n);
}
