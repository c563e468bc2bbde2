/** An exact fraction; `under` is positive. Numbers grow with every step, so they are for a handful of steps. */
export interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

export const NOTHING: Fraction = { over: 0n, under: 1n };

/** `over / under`, and nothing of nothing is nothing. `under` is not negative. */
export function fraction(over: bigint, under: bigint): Fraction {
  return under === 0n ? NOTHING : { over, under };
}

export function times(a: Fraction, b: Fraction): Fraction {
  return { over: a.over * b.over, under: a.under * b.under };
}

export function plus(a: Fraction, b: Fraction): Fraction {
  return { over: a.over * b.under + b.over * a.under, under: a.under * b.under };
}

/** The nearest whole number; halves go to the even one. */
export function rounded({ over, under }: Fraction): bigint {
  const floor = over / under - (over < 0n && over % under !== 0n ? 1n : 0n);
  const twice = 2n * (over - floor * under);
  return twice > under || (twice === under && floor % 2n !== 0n) ? floor + 1n : floor;
}
