/** The whole number nearest to `value / by`; halves go to the even one. `by` is positive. */
export function divideHalfEven(value: bigint, by: bigint): bigint {
  const floor = value / by - (value < 0n && value % by !== 0n ? 1n : 0n);
  const twice = 2n * (value - floor * by);
  return twice > by || (twice === by && floor % 2n !== 0n) ? floor + 1n : floor;
}
