import type { Meters } from '@costspan/usage';
import type { Attributes, Span } from '../span.ts';

/** The text at `name`; `undefined` when it is absent, empty or no text. */
export function textAt(of: { readonly attributes: Attributes }, name: string): string | undefined {
  const value = of.attributes.get(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A boolean, also as the text that some exporters make of it. */
export function booleanAt(span: Span, name: string): boolean | undefined {
  const value = span.attributes.get(name);
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  return undefined;
}

/** Adds the cached tokens to an input count that leaves them out. */
export function includeCache(meters: Meters): Meters {
  const { input_tokens: fresh, cache_read_tokens: read = 0, cache_write_tokens: write = 0 } = meters;
  return fresh === undefined ? meters : { ...meters, input_tokens: fresh + read + write };
}
