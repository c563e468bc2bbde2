import { FIRST_CLASS_TAGS, isTagKey } from '@costspan/usage';
import { isMetric } from './metrics.ts';

/** What besides tags a question may group and filter by, and what each is. */
export const DIMENSION_WORDS = {
  provider: 'Who served the call',
  model: 'The model that is priced: what the provider served, else what was asked for',
  request_model: 'The model that was asked for',
  operation: 'chat, embeddings, …',
  outcome: 'ok, error, cancelled, truncated, abandoned',
  service: 'service.name of the caller',
  cost_status: 'How far the cost can be trusted',
  usage_status: 'How the counts are known: reported, estimated, unavailable',
  error_type: 'What kind of error it was',
  dialect: 'Which way of writing a call it came in',
  conversation_id: 'The conversation or session of the call',
  prompt_id: 'The prompt template behind the call',
  prompt_version: 'Its version',
  agent: 'The agent the call names, else the nearest agent span above it',
  workflow: 'The workflow the call names, else the first workflow or agent span of its trace',
  currency: 'ISO 4217, of the cost',
  card: 'The price card: provider/model',
  service_tier: 'As served: default, flex, priority, batch, …',
  region: 'Where inference ran',
} as const;
export type Dimension = keyof typeof DIMENSION_WORDS;
export const DIMENSIONS = Object.keys(DIMENSION_WORDS) as readonly Dimension[];

/** Dimensions and tags whose sums by UTC hour outlive the calls. */
export const ROLL_UP_FIELDS: readonly FieldColumn[] = [
  'provider',
  'operation',
  'model',
  'service',
  'outcome',
  'usage_status',
  'cost_status',
  'currency',
  'dialect',
  ...FIRST_CLASS_TAGS.filter((tag) => tag !== 'user'),
];

/** A dimension or a first-class tag. */
export type FieldColumn = Dimension | (typeof FIRST_CLASS_TAGS)[number];
export const FIELD_COLUMNS: readonly FieldColumn[] = [...DIMENSIONS, ...FIRST_CLASS_TAGS];

/** Something to group or filter by. `name` is as the asker wrote it and is the key in the answer. */
export type Field =
  | { readonly kind: 'column'; readonly name: string; readonly column: FieldColumn }
  | { readonly kind: 'tag'; readonly name: string; readonly key: string };

const TAG = 'tag.';
const columns: ReadonlySet<string> = new Set(FIELD_COLUMNS);
const firstClass: ReadonlySet<string> = new Set(FIRST_CLASS_TAGS);
const rolledUp: ReadonlySet<string> = new Set(ROLL_UP_FIELDS);

export function isRolledUp(field: Field): boolean {
  return field.kind === 'column' && rolledUp.has(field.column);
}

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
