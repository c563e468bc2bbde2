import { type Atto, addMoney, type Meter, ZERO } from '@costspan/usage';
import type { CostLine } from './cost.ts';
import { facetsOf } from './meter-table.ts';

export interface CostByClass {
  readonly input: Atto;
  readonly cache_read: Atto;
  readonly cache_write: Atto;
  readonly output: Atto;
  readonly other: Atto;
}

/** The lines of a cost, added up by the kind of thing that was charged. The five sum to the lines exactly. */
export function costByClass(lines: readonly CostLine[]): CostByClass {
  const sums = { input: ZERO, cache_read: ZERO, cache_write: ZERO, output: ZERO, other: ZERO };
  for (const { meter, amount } of lines) {
    const name = classOf(meter);
    sums[name] = addMoney(sums[name], amount);
  }
  return sums;
}

function classOf(meter: Meter): keyof CostByClass {
  const facets = facetsOf(meter);
  if (facets === undefined) return 'other';
  if (facets.cache !== undefined) return facets.cache === 'read' ? 'cache_read' : 'cache_write';
  return facets.direction;
}
