import type { ContextTier, Rates } from './card.ts';
import { indexOfMeter } from './meter-table.ts';
import { type ClassFactor, compileRates, type RatePlan } from './rate-plan.ts';

/** The plans of one way of being served: the plain one, and those that a larger prompt brings. */
export interface RateLadder {
  readonly plan: RatePlan;
  readonly tiers: readonly CompiledTier[];
}

interface CompiledTier {
  readonly index: number;
  readonly threshold: number;
  readonly inclusive: boolean;
  readonly plan: RatePlan;
}

export function compileLadder(
  rates: Rates,
  tiers: readonly ContextTier[],
  factors: readonly ClassFactor[] = [],
): RateLadder {
  let current = rates;
  return {
    plan: compileRates(rates, factors),
    tiers: tiers.map((tier) => {
      current = { ...current, ...tier.rates };
      return {
        index: indexOfMeter(tier.meter),
        threshold: tier.threshold,
        inclusive: tier.op === '>=',
        plan: compileRates(current, factors),
      };
    }),
  };
}

/** The plan for a prompt of this size: the highest tier that holds reprices everything. */
export function planFor(ladder: RateLadder, counts: Float64Array): RatePlan {
  let plan = ladder.plan;
  for (const tier of ladder.tiers) {
    const count = counts[tier.index] as number;
    if (!(tier.inclusive ? count >= tier.threshold : count > tier.threshold)) break;
    plan = tier.plan;
  }
  return plan;
}
