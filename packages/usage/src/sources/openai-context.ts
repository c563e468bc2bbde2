import type { PricingContext } from '../pricing-context.ts';
import type { JsonObject } from './json-object.ts';

/**
 * The pricing context an OpenAI-shaped body states: the tier that was served. `auto` is a request, not a tier, and says nothing.
 */
export function contextOf(body: JsonObject, usage: JsonObject): PricingContext {
  const tier = body['service_tier'] ?? usage['service_tier'];
  return typeof tier === 'string' && tier !== 'auto' ? { service_tier: tier } : {};
}
