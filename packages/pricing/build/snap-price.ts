import type { Rate } from '../src/card.ts';
import { shiftDecimal } from '../src/decimal.ts';

/** Digits that a price list prints. A number with more of them is the trace of a division, not a price. */
const SIGNIFICANT_DIGITS_MAX = 10;
/** A double carries the authored decimal to within this, even after one multiplication upstream. */
const RELATIVE_ERROR_MAX = 1e-14;
const DENOMINATORS = [3, 6, 7, 9, 11, 12];

export interface SnappedPrice {
  readonly rate: Rate;
  /** True when the number was not the decimal that was authored. */
  readonly snapped: boolean;
}

/**
 * The price that a double stands for. Its shortest decimal is the one that was written; where upstream arithmetic left noise
 * (`0.18000000000000002`), the short decimal or the simple fraction (1/12 → `"1"` per 12,000,000) right beside it.
 * `undefined` when there is none: then nobody can say what the price is.
 */
export function snapPrice(value: number, per: number): SnappedPrice | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined;
  for (let digits = 1; digits <= SIGNIFICANT_DIGITS_MAX; digits += 1) {
    const rounded = Number(value.toPrecision(digits));
    if (rounded === value || near(rounded, value)) {
      return { rate: { price: shiftDecimal(String(rounded), 0) ?? '', per }, snapped: rounded !== value };
    }
  }
  for (const denominator of DENOMINATORS) {
    const numerator = Math.round(value * denominator);
    if (numerator > 0 && near(numerator / denominator, value)) {
      return { rate: { price: String(numerator), per: per * denominator }, snapped: true };
    }
  }
  return undefined;
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= Math.abs(b) * RELATIVE_ERROR_MAX;
}
