import { type Atto, addMoney, type Meter, ZERO } from '@costspan/usage';
import type { CostLine } from './cost.ts';
import { facetsOf } from './meter-table.ts';

/** Kinds of things that are charged: four of tokens, and all that is counted otherwise. */
export const COST_CLASSES = ['input', 'cache_read', 'cache_write', 'output', 'other'] as const;
export type CostClass = (typeof COST_CLASSES)[number];

export type CostByClass = { readonly [C in CostClass]: Atto };

/** The lines of a cost, added up by the kind of thing that was charged. The five sum to the lines exactly. */
export function costByClass(lines: readonly CostLine[]): CostByClass {
  const sums = { input: ZERO, cache_read: ZERO, cache_write: ZERO, output: ZERO, other: ZERO };
  for (const { meter, amount } of lines) {
    const name = classOfMeter(meter);
    sums[name] = addMoney(sums[name], amount);
  }
  return sums;
}

export function classOfMeter(meter: Meter): CostClass {
  const facets = facetsOf(meter);
  if (facets === undefined) return 'other';
  if (facets.cache !== undefined) return facets.cache === 'read' ? 'cache_read' : 'cache_write';
  return facets.direction;
}
