import type { PricingContext } from '../pricing-context.ts';
import { CountReader } from './count-reader.ts';
import type { JsonObject } from './json-object.ts';
import { reportedCost } from './reported-cost.ts';

/** Where a gateway says what a call cost, whatever API was called through it. Source: LiteLLM documentation, response headers. */
export const COST_HEADER = 'x-litellm-response-cost';

/** The charge that a gateway states beside the answer, in US dollars, as pricing context; empty where it states none. */
export function costInHeaders(headers: JsonObject, read = new CountReader()): PricingContext {
  return reportedCost(read, [COST_HEADER, headers[COST_HEADER]]);
}
