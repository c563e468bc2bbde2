/** What a limit counts. */
export const UNITS = ['requests', 'tokens', 'cost'] as const;
export type Unit = (typeof UNITS)[number];

/** A whole number of the unit: requests, tokens (input and output together), or 10⁻¹⁸ of the currency unit for cost. */
export type Amount = bigint;

/**
 * An amount as two whole numbers that a double holds exactly: `hi` counts requests, tokens or millionths of the currency
 * unit, `lo` what a cost has below a millionth, 0 ≤ lo < 10¹². Redis scripts and the in-process store add these, so that
 * a counter is exact to 10⁻¹⁸ and never becomes a rounded double. `hi` is bounded by {@link HI_MAX}.
 */
export interface SplitAmount {
  readonly hi: number;
  readonly lo: number;
}

export const LO_BASE = 1_000_000_000_000;
/** Largest `hi`: 2⁵³ − 1. For cost that is 9,007,199,254 currency units in one counter. */
export const HI_MAX = Number.MAX_SAFE_INTEGER;

export const NOTHING: SplitAmount = { hi: 0, lo: 0 };

const BASE = BigInt(LO_BASE);

/** Counts stay whole in `hi`; costs are split at a millionth. `lo` is never negative, so −1 atto is {−1, 999,999,999,999}. */
export function splitAmount(unit: Unit, amount: Amount): SplitAmount {
  if (unit !== 'cost') return { hi: Number(amount), lo: 0 };
  if (amount === 0n) return NOTHING;
  const rest = amount % BASE;
  const lo = rest < 0n ? rest + BASE : rest;
  return { hi: Number((amount - lo) / BASE), lo: Number(lo) };
}

export function joinAmount(unit: Unit, { hi, lo }: SplitAmount): Amount {
  return unit === 'cost' ? BigInt(hi) * BASE + BigInt(lo) : BigInt(hi);
}

/** True for an amount that a counter can hold. */
export function fits(unit: Unit, amount: Amount): boolean {
  const bound = BigInt(HI_MAX) * (unit === 'cost' ? BASE : 1n);
  return amount <= bound && amount >= -bound;
}

/** What `amount` has above `base`; `undefined` when it has nothing above. */
export function excess(amount: SplitAmount, base: SplitAmount): SplitAmount | undefined {
  const borrow = amount.lo < base.lo ? 1 : 0;
  const hi = amount.hi - base.hi - borrow;
  const lo = amount.lo - base.lo + borrow * LO_BASE;
  return hi < 0 || (hi === 0 && lo === 0) ? undefined : { hi, lo };
}
