import type { ContextMultiplier, ContextValues } from '../card.ts';
import { shiftDecimal } from '../decimal.ts';
import { type Findings, isObject } from '../findings.ts';
import { numberText } from './exact-json.ts';

/** Ends of field names that say how a call was served. */
const SUFFIXES: readonly (readonly [suffix: string, when: ContextValues])[] = [
  ['_batches', { batch: ['true'] }],
  ['_flex', { service_tier: ['flex'] }],
  ['_priority', { service_tier: ['priority'] }],
];

/** A price field without its end, and what the end says: `input_cost_per_token_flex`. */
export function servedField(field: string): { readonly base: string; readonly when: ContextValues | undefined } {
  const [suffix, when] = SUFFIXES.find(([end]) => field.endsWith(end)) ?? [];
  return { base: suffix === undefined ? field : field.slice(0, -suffix.length), when };
}

const REGIONAL = /^regional_processing_uplift_multiplier_([a-z]+)$/;

/** Factors by region and speed: `provider_specific_entry: { "fast": 6, "us": 1.1 }`; `undefined` when the field has none. */
export function multipliersOf(
  field: string,
  value: unknown,
  at: string,
  findings: Findings,
): ContextMultiplier[] | undefined {
  const region = REGIONAL.exec(field)?.[1];
  const entries =
    region !== undefined
      ? [[region, value] as const]
      : field === 'provider_specific_entry' && isObject(value)
        ? Object.entries(value)
        : undefined;
  return entries?.flatMap(([name, factor]) => {
    const decimal = shiftDecimal(numberText(factor) ?? '', 0);
    if (decimal !== undefined && /^[a-z]{2,4}$/.test(name)) return [{ when: whenOf(name), factor: decimal }];
    findings.add(`${at}.${name}`, 'FIELD_NOT_CARRIED', 'it is no factor of a speed or a region; it was left out');
    return [];
  });
}

function whenOf(name: string): ContextValues {
  return name === 'fast' ? { speed: [name] } : { region: [name] };
}
