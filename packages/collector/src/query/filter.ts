import { METER_NAMES, type Meter } from '@costspan/usage';
import type { Field } from './fields.ts';

/** What of a call can be compared with a number. Durations are in milliseconds, `cost` is in USD. */
export const MEASURES = ['cost', 'duration_ms', 'time_to_first_token_ms', ...METER_NAMES] as const;
export type Measure = 'cost' | 'duration_ms' | 'time_to_first_token_ms' | Meter;

const measures: ReadonlySet<string> = new Set(MEASURES);

export function isMeasure(name: string): name is Measure {
  return measures.has(name);
}

/** A text that a value begins with, ends with or holds. `contains` takes no notice of case. */
export const TEXT_OPS = ['starts_with', 'ends_with', 'contains'] as const;
export type TextOp = (typeof TEXT_OPS)[number];
export const COMPARE_OPS = ['gt', 'gte', 'lt', 'lte'] as const;
export type CompareOp = (typeof COMPARE_OPS)[number];

/** Which calls a question is about. A filter and its opposite (`not`, `not_in`, `not_exists`) always part the calls in two. */
export type Filter =
  | { readonly field: Field; readonly op: 'in' | 'not_in'; readonly values: readonly string[] }
  | { readonly field: Field; readonly op: 'exists' | 'not_exists' }
  | { readonly field: Field; readonly op: TextOp; readonly text: string; readonly not?: true }
  | { readonly measure: Measure; readonly op: 'exists' | 'not_exists' }
  /** `bound` counts 10⁻¹⁸ of the measure's unit. A call whose value is unknown passes none. */
  | { readonly measure: Measure; readonly op: CompareOp; readonly bound: bigint }
  | { readonly any: readonly Filter[] }
  | { readonly all: readonly Filter[] };

/** Deepest nesting of `any` and `all`, and most conditions in one question. */
export const FILTER_DEPTH_MAX = 4;
export const FILTER_LEAVES_MAX = 64;

/** Every field that the filters look at. */
export function fieldsOf(filters: readonly Filter[]): Field[] {
  return filters.flatMap((filter) => {
    if ('any' in filter) return fieldsOf(filter.any);
    if ('all' in filter) return fieldsOf(filter.all);
    return 'field' in filter ? [filter.field] : [];
  });
}

/** True when a filter compares single calls with a number. */
export function hasMeasure(filters: readonly Filter[]): boolean {
  return filters.some((filter) => {
    if ('any' in filter) return hasMeasure(filter.any);
    if ('all' in filter) return hasMeasure(filter.all);
    return 'measure' in filter;
  });
}
