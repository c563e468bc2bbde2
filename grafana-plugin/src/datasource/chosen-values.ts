import type { Filter } from '../api/usage-question.ts';
import type { QueryFilter } from './ledger-query.ts';

/** What stands for All of a variable: no condition. Listing every value would leave out calls that have none. */
export const ALL_VALUES = '*';

/** Replaces variables in a text; `format` writes the values that were chosen. */
export type Replace = (text: string, format: (value: string | readonly string[]) => string) => string;

/** Conditions as the API takes them, with the values that are chosen at the top of the dashboard. */
export function chosenFilters(filters: readonly QueryFilter[], replace: Replace): readonly Filter[] {
  return filters.flatMap(({ field, op, value }): readonly Filter[] => {
    if (field === '') return [];
    if (op === 'exists' || op === 'not_exists') return [{ field, op }];
    const values = chosenValues(value, replace);
    if (values === undefined) return [];
    if (op === 'in' || op === 'not_in') return [{ field, op, value: values }];
    // Several values where one is meant: any of them.
    if (values.length > 1 && (op === 'eq' || op === 'neq')) {
      return [{ field, op: op === 'eq' ? 'in' : 'not_in', value: values }];
    }
    return [{ field, op, value: values[0] ?? '' }];
  });
}

/** The values of a condition; `undefined` when it means all. */
export function chosenValues(text: string, replace: Replace): readonly string[] | undefined {
  const parts: string[] = [];
  const replaced = replace(text, (value) => {
    parts.push(...(typeof value === 'string' ? [value] : value));
    return HOLE;
  });
  const literal = replaced.split(HOLE).join('').split(',');
  const values = [...parts, ...literal].map((value) => value.trim()).filter((value) => value !== '');
  return values.length === 0 || values.includes(ALL_VALUES) ? undefined : values;
}

/** No text that a person writes. */
const HOLE = '\u0000';
