import { isObject, parseMoney } from '@costspan/usage';
import { type Field, parseField } from './fields.ts';
import {
  COMPARE_OPS,
  type CompareOp,
  FILTER_DEPTH_MAX,
  FILTER_LEAVES_MAX,
  type Filter,
  isMeasure,
  MEASURES,
  type Measure,
  type TextOp,
} from './filter.ts';
import type { FilterBody } from './request-schemas.ts';

/** Operators on texts as questions write them. */
export const TEXT_FILTER_OPS = [
  'starts_with',
  'not_starts_with',
  'ends_with',
  'not_ends_with',
  'contains',
  'not_contains',
] as const;

/** The filter that a well-formed body means. */
export function readFilter({ field: name, op, value, any, all }: FilterBody): Filter {
  if (any !== undefined) return { any: any.map(readFilter) };
  if (all !== undefined) return { all: all.map(readFilter) };
  const field = parseField(name as string) as Field | string;
  const text = String(value);
  switch (op) {
    case 'exists':
    case 'not_exists':
      return typeof field === 'string' ? { measure: name as Measure, op } : { field, op };
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return { measure: name as Measure, op: op satisfies CompareOp, bound: parseBound(text) as bigint };
    case 'eq':
    case 'in':
      return { field: field as Field, op: 'in', values: typeof value === 'object' ? value : [text] };
    case 'neq':
    case 'not_in':
      return { field: field as Field, op: 'not_in', values: typeof value === 'object' ? value : [text] };
    default: {
      const not = op?.startsWith('not_') ? ({ not: true } as const) : {};
      return { field: field as Field, op: op?.replace('not_', '') as TextOp, text, ...not };
    }
  }
}

interface Mistake {
  readonly code: string;
  readonly message: string;
  readonly at: string[];
}

const NUMERIC: ReadonlySet<string> = new Set(COMPARE_OPS);
const MEASURES_TOLD = `${MEASURES.slice(0, 3).join(', ')} and meters`;

/** What does not fit together in a body whose parts are well formed. */
export function filterMistake({ field, op, value, any, all }: FilterBody): Mistake | undefined {
  const mistake = (code: string, message: string, ...at: string[]): Mistake => ({ code, message, at });
  if (any !== undefined || all !== undefined) {
    if ([any, all, field ?? op ?? value].filter((part) => part !== undefined).length === 1) return undefined;
    return mistake('FILTER_SHAPE', '"any" and "all" stand alone; nest one in the other');
  }
  if (field === undefined) return mistake('MISSING', 'is required', 'field');
  if (op === undefined) return mistake('MISSING', 'is required', 'op');
  const isPresence = op === 'exists' || op === 'not_exists';
  if (NUMERIC.has(op)) {
    if (!isMeasure(field)) {
      return mistake('FIELD_UNKNOWN', `"${field}" is no number; "${op}" compares ${MEASURES_TOLD}`, 'field');
    }
    if (typeof value !== 'object' && parseBound(value) !== undefined) return undefined;
    return mistake(
      'FILTER_VALUE',
      `"${op}" takes a number such as 0.05 or "0.05" with at most 15 digits before the point and 18 after it`,
      'value',
    );
  }
  if (!isPresence && typeof parseField(field) === 'string') {
    return mistake(
      'FIELD_UNKNOWN',
      `"${field}" is a number; use ${COMPARE_OPS.join(', ')}, exists or not_exists`,
      'field',
    );
  }
  const wanted = isPresence ? 'undefined' : op === 'in' || op === 'not_in' ? 'object' : 'string';
  if (wanted === typeof value) return undefined;
  const takes = { string: 'one text', object: 'a list of texts', undefined: 'no value' }[wanted];
  return mistake('FILTER_VALUE', `"${op}" takes ${takes}`, 'value');
}

const BOUND = /^-?\d{1,15}(\.\d{1,18})?$/;

/** A number to compare with, at 10⁻¹⁸; `undefined` when it is none, or one with too many digits. */
export function parseBound(value: string | number | undefined): bigint | undefined {
  const text = String(value);
  return BOUND.test(text) ? parseMoney(text) : undefined;
}

/** What is wrong with the size of filters, before they are read: reading takes a stack as deep as they are. */
export function filterSizeMistake(filters: unknown): string | undefined {
  let leaves = 0;
  let level: unknown[] = Array.isArray(filters) ? filters : [];
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: unknown[] = [];
    for (const each of level) {
      if (!isObject(each)) continue;
      const parts = [each['any'], each['all']].filter((part) => Array.isArray(part)).flat();
      if (parts.length === 0) leaves += 1;
      next.push(...parts.slice(0, FILTER_LEAVES_MAX + 1));
      if (leaves > FILTER_LEAVES_MAX || next.length > FILTER_LEAVES_MAX) {
        return `at most ${FILTER_LEAVES_MAX} conditions`;
      }
    }
    if (next.length > 0 && depth === FILTER_DEPTH_MAX) return `any and all nest at most ${FILTER_DEPTH_MAX} deep`;
    level = next;
  }
  return undefined;
}
