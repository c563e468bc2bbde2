import { type ContextTier, MARGINAL, type Rates } from './card.ts';
import type { Charge, ClassFactor } from './charge.ts';
import { indexOfMeter } from './meter-table.ts';
import { PROMPT } from './prompt-size.ts';
import { compileRates, type RatePlan } from './rate-plan.ts';

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
  fees: readonly Charge[] = [],
): RateLadder {
  if (tiers[0]?.mode === MARGINAL) return { plan: compileRates(rates, factors, fees, tiers), tiers: [] };
  let current = rates;
  return {
    plan: compileRates(rates, factors, fees),
    tiers: tiers.map((tier) => {
      current = { ...current, ...tier.rates };
      return {
        index: indexOfMeter(tier.meter),
        threshold: tier.threshold,
        inclusive: tier.op === '>=',
        plan: { ...compileRates(current, factors, fees), isUnstated: isEmpty(tier.rates) },
      };
    }),
  };
}

function isEmpty(rates: Rates): boolean {
  return Object.keys(rates).length === 0;
}

/** The plan for a prompt of this size: the highest tier that holds reprices everything. `prompt` is its size where the counts do not say it. */
export function planFor(ladder: RateLadder, counts: Float64Array, prompt?: number): RatePlan {
  let plan = ladder.plan;
  for (const tier of ladder.tiers) {
    const count = prompt !== undefined && tier.index === PROMPT ? prompt : (counts[tier.index] as number);
    if (!(tier.inclusive ? count >= tier.threshold : count > tier.threshold)) break;
    plan = tier.plan;
  }
  return plan;
}
