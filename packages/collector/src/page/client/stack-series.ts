/** One colour of the chart. */
export interface Series {
  readonly name: string;
  /** One value per bucket. */
  readonly values: readonly number[];
}

/** One value of one group in one bucket, as read from the API. */
export interface Sample {
  readonly timeMs: number;
  readonly group: string;
  readonly value: number;
}

export const OTHER = '(other)';

/**
 * Samples as one series per name, in the given order from the bottom up, and everything else in `(other)` on top. Doubles
 * are good enough here: they only become heights. Samples outside the buckets are left out.
 */
export function stackSeries(
  samples: Iterable<Sample>,
  buckets: readonly number[],
  names: readonly string[],
): readonly Series[] {
  const indexes = new Map(buckets.map((start, index) => [start, index]));
  const values = new Map([...names, OTHER].map((name) => [name, buckets.map(() => 0)]));
  for (const sample of samples) {
    const index = indexes.get(sample.timeMs);
    const target = values.get(sample.group) ?? values.get(OTHER);
    if (index === undefined || target === undefined) continue;
    target[index] = (target[index] ?? 0) + sample.value;
  }
  return [...values]
    .map(([name, series]) => ({ name, values: series }))
    .filter((series) => series.name !== OTHER || series.values.some((value) => value > 0));
}

/** The height of the whole stack in each bucket. */
export function stackTotals(series: readonly Series[], length: number): number[] {
  return Array.from({ length }, (_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
}
