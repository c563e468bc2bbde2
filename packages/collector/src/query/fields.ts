import { FIRST_CLASS_TAGS } from '@costspan/usage';

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
export type Dimension = (typeof DIMENSIONS)[number];

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
