import { attoOf, compareAmounts, differenceOf } from './money.ts';

export interface Mover {
  readonly name: string;
  readonly now: string;
  readonly before: string;
  /** `now - before`, exact. */
  readonly difference: string;
}

/** The largest moves of either direction, the largest first. Who did not move is left out. */
export function movers(
  rows: readonly { readonly name: string; readonly now: string; readonly before: string }[],
  limit: number,
): readonly Mover[] {
  return rows
    .map((row) => ({ ...row, difference: differenceOf(row.now, row.before) }))
    .filter(({ difference }) => difference !== '0')
    .sort((a, b) => compareAmounts(sizeOf(b.difference), sizeOf(a.difference)))
    .slice(0, limit);
}

/** Without its sign. */
export function sizeOf(amount: string): string {
  return attoOf(amount) < 0n ? amount.slice(1) : amount;
}
