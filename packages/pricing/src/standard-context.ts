import type { PricingContext } from '@costspan/usage';

/**
 * What providers call the service that their plain price list is for. Anything else has a price of its own, and a card that
 * does not state it cannot say what the call cost.
 */
const STANDARD_TIERS: readonly string[] = ['default', 'standard', 'auto', 'on_demand'];
const STANDARD_SPEEDS: readonly string[] = ['standard', 'default'];

/**
 * The first axis on which a call was served otherwise than the plain price list says, as a reason. Cards of format 1 have
 * plain prices only, so such a call is charged at them and marked. `region` is not judged: it is a price axis at some
 * providers and a mere fact at others.
 */
export function contextGap(context: PricingContext | undefined): string | undefined {
  if (context === undefined) return undefined;
  const { service_tier: tier, batch, speed } = context;
  if (tier !== undefined && !STANDARD_TIERS.includes(tier)) return 'context_unpriced:service_tier';
  if (batch === true) return 'context_unpriced:batch';
  if (speed !== undefined && !STANDARD_SPEEDS.includes(speed)) return 'context_unpriced:speed';
  return undefined;
}
