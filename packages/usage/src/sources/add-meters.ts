import { METER_NAMES, type Meter, type Meters } from '../meters.ts';

/** Counts as they were read: what was not reported is `undefined`. */
export type ReadCounts = { readonly [M in Meter]?: number | undefined };

/** Keeps the counts that are there, in the order of `METERS`. Spares every source the same `if`. */
export function definedMeters(counts: ReadCounts): Meters {
  const defined: { [M in Meter]?: number } = {};
  for (const name of METER_NAMES) {
    const count = counts[name];
    if (count !== undefined) defined[name] = count;
  }
  return defined;
}

/** A sum in which an absent part counts for nothing, and nothing at all stays absent. */
export function sumCounts(...counts: readonly (number | undefined)[]): number | undefined {
  let sum: number | undefined;
  for (const count of counts) if (count !== undefined) sum = (sum ?? 0) + count;
  return sum;
}

/** Adds two sets of meters, meter by meter. */
export function addMeters(a: Meters, b: Meters): Meters {
  const sum: { [M in Meter]?: number } = {};
  for (const name of METER_NAMES) {
    const total = sumCounts(a[name], b[name]);
    if (total !== undefined) sum[name] = total;
  }
  return sum;
}
