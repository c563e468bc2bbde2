import type { Field, Filter } from '../../query/fields.ts';
import { UNTAGGED } from '../../query/labels.ts';
import type { SqlParams } from './sql-params.ts';

/** The value of a field in a row of `calls`; NULL when it has none. */
export function fieldSql(field: Field, params: SqlParams): string {
  // A column name comes from our own list; a tag key is a parameter.
  return field.kind === 'column' ? `"${field.column}"` : `other_tags[${params.text(field.key)}]`;
}

/** `not_in` keeps rows without a value, so that a filter and its opposite always part the calls in two. */
export function filterSql(filter: Filter, params: SqlParams): string {
  const field = fieldSql(filter.field, params);
  if (!('values' in filter)) {
    return `${field} IS ${filter.op === 'exists' ? 'NOT ' : ''}NULL`;
  }
  const list = filter.values.map((value) => params.text(value)).join(', ');
  const untagged = filter.values.includes(UNTAGGED);
  if (filter.op === 'in') return untagged ? `(${field} IN (${list}) OR ${field} IS NULL)` : `${field} IN (${list})`;
  return untagged ? `${field} NOT IN (${list})` : `(${field} NOT IN (${list}) OR ${field} IS NULL)`;
}
