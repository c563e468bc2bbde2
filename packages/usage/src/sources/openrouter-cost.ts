import type { PricingContext } from '../pricing-context.ts';
import type { CountReader } from './count-reader.ts';
import { isObject, type JsonObject } from './json-object.ts';
import { reportedCost } from './reported-cost.ts';

/**
 * What a call through OpenRouter cost in all. `cost` is what OpenRouter charged. With the customer's own key
 * (`is_byok`) that is the router's fee alone, and the host's charge in `upstream_inference_cost` comes on top; without it the
 * same field only explains the charge.
 * Source: OpenRouter documentation, usage accounting, read 2026-11-23; recorded responses.
 */
export function openrouterCost(usage: JsonObject, read: CountReader): PricingContext {
  const { cost, is_byok: isByok, cost_details: details } = usage;
  if (isByok !== true) return reportedCost(read, ['usage.cost', cost]);
  const upstream = isObject(details) ? details['upstream_inference_cost'] : undefined;
  // The fee alone is not the cost: without the host's charge nothing is reported.
  return reportedCost(read, ['usage.cost', cost], ['usage.cost_details.upstream_inference_cost', upstream]);
}
