import type { PricingContext } from '@costspan/usage';
import { indexOfMeter } from './meter-table.ts';

/** The meter whose count is the size of the prompt, where the counts are of one request. */
export const PROMPT = indexOfMeter('input_tokens');

/**
 * The size of one prompt, where the counts are the sum of several requests and the call says so; `undefined` where the counts say
 * it. What is no count says nothing.
 */
export function promptSize(context: PricingContext | undefined): number | undefined {
  const size: unknown = context?.prompt_tokens;
  return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}
