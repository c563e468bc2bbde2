import { FIRST_CLASS_TAGS, isTagKey } from '@costspan/usage';
import { isMetric } from './usage-query.ts';

/** What besides tags a question may group and filter by. */
export const DIMENSIONS = [
  'provider',
  'model',
  'request_model',
  'operation',
  'outcome',
  'service',
  'cost_status',
  'usage_status',
] as const;

/** A column of the ledger: a dimension or a first-class tag. */
export const FIELD_COLUMNS = [...DIMENSIONS, ...FIRST_CLASS_TAGS] as const;
export type FieldColumn = (typeof FIELD_COLUMNS)[number];

/** Something to group or filter by. `name` is as the asker wrote it and is the key in the answer. */
export type Field =
  | { readonly kind: 'column'; readonly name: string; readonly column: FieldColumn }
  | { readonly kind: 'tag'; readonly name: string; readonly key: string };

export type Filter =
  | { readonly field: Field; readonly op: 'in' | 'not_in'; readonly values: readonly string[] }
  | { readonly field: Field; readonly op: 'exists' | 'not_exists' };

const TAG = 'tag.';
const columns: ReadonlySet<string> = new Set(FIELD_COLUMNS);
const firstClass: ReadonlySet<string> = new Set(FIRST_CLASS_TAGS);

/**
 * Reads the name of a field: a dimension, a first-class tag, `tag.<key>`, or the bare key of any other tag.
 * @returns the field, or the sentence that says what is wrong with the name.
 */
export function parseField(name: string): Field | string {
  if (name.startsWith(TAG)) {
    const key = name.slice(TAG.length);
    if (!isTagKey(key)) return `"${key}" is not a tag key; keys are snake_case`;
    return firstClass.has(key) ? { kind: 'column', name, column: key as FieldColumn } : { kind: 'tag', name, key };
  }
  if (columns.has(name)) return { kind: 'column', name, column: name as FieldColumn };
  if (isMetric(name) || name === 'time') return `"${name}" is a metric; write "${TAG}${name}" for the tag of that name`;
  if (isTagKey(name)) return { kind: 'tag', name, key: name };
  return `"${name}" is neither a dimension nor a tag key; keys are snake_case`;
}
