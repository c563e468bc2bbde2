import type { PricingContext } from '../pricing-context.ts';
import type { JsonObject } from './json-object.ts';

/** Size and quality of the images, where the answer states them: `1024x1536/high`. They are a price axis of images. */
export function imageVariant(answer: JsonObject): PricingContext {
  const { size, quality } = answer;
  const stated = [size, quality].filter((part) => typeof part === 'string');
  return typeof size === 'string' ? { variant: stated.join('/') } : {};
}
