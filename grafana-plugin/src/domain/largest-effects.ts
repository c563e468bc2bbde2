import { compareAmounts, sumOf } from './money.ts';
import { sizeOf } from './movers.ts';

interface Effect<D> {
  readonly driver: D;
  readonly amount: string;
}

/**
 * At most `limit` effects in the order they came: the largest, and one without a driver for all else.
 * They add up to what all of them add up to.
 */
export function largestEffects<D>(effects: readonly Effect<D>[], limit: number): readonly Effect<D | null>[] {
  if (effects.length <= limit) return effects;
  const largest = new Set(
    [...effects].sort((a, b) => compareAmounts(sizeOf(b.amount), sizeOf(a.amount))).slice(0, limit - 1),
  );
  const rest = sumOf(effects.filter((effect) => !largest.has(effect)).map(({ amount }) => amount));
  return [...effects.filter((effect) => largest.has(effect)), { driver: null, amount: rest }];
}
