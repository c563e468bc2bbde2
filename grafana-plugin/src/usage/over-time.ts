import { numberIn, textIn, type UsageAnswer } from '../api/usage-answer.ts';
import { OTHER, UNTAGGED } from '../api/usage-question.ts';
import type { Series } from '../charts/stack.ts';

/** An answer by time and one group, as a chart wants it. */
export interface OverTime {
  readonly times: readonly number[];
  readonly series: readonly Series[];
  /** The exact value of a series in a bucket; `null` where there is none. */
  valueAt(bucket: number, series: number): string | null;
}

/**
 * @param groups of the whole time, the largest first: they decide order and colour. Groups beyond them come last.
 */
export function overTime(
  { rows }: UsageAnswer,
  field: string | null,
  metric: string,
  groups: readonly string[] = [],
): OverTime {
  const times = [...new Set(rows.map(({ now }) => Date.parse(textIn(now, 'time'))))].sort((a, b) => a - b);
  const position = new Map(times.map((time, index) => [time, index]));
  const byKey = new Map<string, (string | null)[]>();
  const key = (group: string): (string | null)[] => {
    const known = byKey.get(group);
    if (known !== undefined) return known;
    const values = new Array<string | null>(times.length).fill(null);
    byKey.set(group, values);
    return values;
  };
  for (const group of groups) key(group);
  for (const { now } of rows) {
    const cell = now[metric] ?? null;
    key(field === null ? '' : textIn(now, field))[position.get(Date.parse(textIn(now, 'time'))) as number] =
      cell === null ? null : String(cell);
  }
  const ordered = [...byKey].sort(([a], [b]) => Number(a === OTHER) - Number(b === OTHER));
  return {
    times,
    series: ordered.map(([group, values]) => ({
      key: group,
      label: group,
      values: values.map((value) => (value === null ? null : Number(value))),
      isRest: group === OTHER || group === UNTAGGED,
    })),
    valueAt: (bucket, series) => ordered[series]?.[1][bucket] ?? null,
  };
}

/** The whole of each bucket, and of the bucket at the same place in the period before. */
export function wholeOverTime({ rows }: UsageAnswer, metric: string) {
  const sorted = [...rows].sort((a, b) => Date.parse(textIn(a.now, 'time')) - Date.parse(textIn(b.now, 'time')));
  return {
    times: sorted.map(({ now }) => Date.parse(textIn(now, 'time'))),
    now: sorted.map(({ now }) => now[metric] ?? null),
    before: sorted.map(({ before }) => before?.[metric] ?? null),
    numbers: sorted.map(({ now }) => numberIn(now, metric)),
  };
}

/** Groups by their sum over the whole time, to draw the largest at the bottom. Only for the order of drawing. */
export function groupsBySize({ rows }: UsageAnswer, by: string, metric: string): readonly string[] {
  const sums = new Map<string, number>();
  for (const { now } of rows) sums.set(textIn(now, by), (sums.get(textIn(now, by)) ?? 0) + Number(now[metric] ?? 0));
  return [...sums].sort(([, a], [, b]) => b - a).map(([group]) => group);
}
