import type { ExtractedUsage, Meters, PricingContext } from '@costspan/usage';
import type { Failure } from '../failure.ts';

/** What a call used in the end. Nobody guesses: what is `unknown` counts as it was held. */
export type CallUse =
  | { readonly kind: 'counted'; readonly parts: readonly UsedPart[] }
  /** The request was made, and the provider bills nothing for it. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown' };

/** Counts that are billed at one model. */
export interface UsedPart {
  readonly model: string | undefined;
  readonly meters: Meters;
  readonly context: PricingContext;
}

/** What the provider reported, else what the failure says about it. */
export function callUse(
  extracted: ExtractedUsage | undefined,
  model: string | undefined,
  failure: Failure | undefined,
): CallUse {
  if (extracted?.usage.status === 'reported') {
    const { usage, context, subUsages } = extracted;
    const parts = subUsages.map((part) => ({ model: part.model, meters: part.meters, context }));
    return { kind: 'counted', parts: [{ model, meters: usage.meters, context }, ...parts] };
  }
  return { kind: failure?.isUnbilled === true ? 'nothing' : 'unknown' };
}
