/** Values over time of one series; `null` where nothing is known. */
export interface Series {
  readonly key: string;
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** Stands for many, or for none: drawn in grey. */
  readonly isRest?: boolean;
}

export interface Band {
  readonly from: number;
  readonly to: number;
}

/** Where each series lies on top of those before it, by series and bucket. */
export function stack(series: readonly Series[], buckets: number): readonly (readonly Band[])[] {
  const tops = new Array<number>(buckets).fill(0);
  return series.map(({ values }) =>
    tops.map((from, bucket) => {
      const to = from + Math.max(0, values[bucket] ?? 0);
      tops[bucket] = to;
      return { from, to };
    }),
  );
}

export function highest(bands: readonly (readonly Band[])[]): number {
  return Math.max(0, ...(bands.at(-1) ?? []).map(({ to }) => to));
}
