import type { PricingContext } from '@costspan/usage';
import { ANY_VALUE, CONTEXT_AXES, type ContextAxis, type ContextValues, type RateSet } from './card.ts';
import type { RateTerms } from './served-rates.ts';

/** The plain rates are for it. */
export const STANDARD_CODE = 0;
/** The card does not say what it costs. */
export const UNKNOWN_CODE = 1;
const FIRST_CODE = 2;

/** What providers call the service that their plain price list is for. */
export const STANDARD_VALUES: { readonly [A in ContextAxis]: readonly string[] } = {
  service_tier: ['default', 'standard', 'auto', 'on_demand', 'batch'],
  batch: [],
  speed: ['standard', 'default'],
  region: [],
  variant: [],
};

/** A batch is a batch whether the provider states it as its tier or the application as a fact. */
const BATCH_TIER = 'batch';
const BATCH_VALUE = 'true';

/** The values of one axis that matter for a rate set, numbered. */
export interface AxisTable {
  readonly name: ContextAxis;
  /** Codes are below this. */
  readonly codes: number;
  readonly codeOf: (context: PricingContext) => number;
  readonly valueOf: (code: number) => string;
}

export function axisTables(set: RateSet, terms: RateTerms): readonly AxisTable[] {
  return CONTEXT_AXES.map((name) => axisTable(name, set, terms));
}

function axisTable(name: ContextAxis, set: RateSet, terms: RateTerms): AxisTable {
  const whens: readonly ContextValues[] = [...(set.cells ?? []), ...terms.multipliers].map(({ when }) => when);
  const values = [...new Set(whens.flatMap((when) => when[name] ?? []))];
  const standard = [...STANDARD_VALUES[name], ...(terms.standard[name] ?? [])];
  // One map for both: every call with a stated tier asks it. What the card prices wins over what is usually standard.
  const codes = new Map<unknown, number>([
    ...standard.map((value) => [value, STANDARD_CODE] as const),
    ...values.map((value, index) => [value, FIRST_CODE + index] as const),
  ]);
  // A region is a price axis at some providers and a mere fact at others, and so is the size of an image.
  const isJudged = (name !== 'region' && name !== 'variant') || values.length > 0 || terms.standard[name] !== undefined;
  const other = codes.get(ANY_VALUE) ?? (isJudged ? UNKNOWN_CODE : STANDARD_CODE);
  const codeOfValue = (value: unknown): number => {
    if (value === undefined) return STANDARD_CODE;
    return codes.get(value) ?? (typeof value === 'string' ? codes.get(value.toLowerCase()) : undefined) ?? other;
  };
  return {
    name,
    codes: FIRST_CODE + values.length,
    codeOf:
      name === 'batch'
        ? (context) => (isBatch(context) ? (codes.get(BATCH_VALUE) ?? UNKNOWN_CODE) : STANDARD_CODE)
        : (context) => codeOfValue(context[name]),
    valueOf: (code) => values[code - FIRST_CODE] as string,
  };
}

function isBatch({ batch, service_tier: tier }: PricingContext): boolean {
  return batch === true || tier === BATCH_TIER || (typeof tier === 'string' && tier.toLowerCase() === BATCH_TIER);
}
