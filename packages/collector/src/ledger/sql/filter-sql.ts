import { attoFromInteger, formatMoney } from '@costspan/usage';
import { isRolledUp } from '../../query/fields.ts';
import type { CompareOp, Filter, Measure, TextOp } from '../../query/filter.ts';
import { EXPIRED, UNTAGGED } from '../../query/labels.ts';
import { hasColumn } from '../meter-columns.ts';
import type { Dialect } from './dialect.ts';
import { fieldSql } from './field-sql.ts';
import type { SqlParams } from './sql-params.ts';

/**
 * What the rows of a condition are: `calls`; `hours`, where fields that the sums do not know have the value `(expired)`
 * and measures of single calls are unknown; or `hours-perhaps`, where such conditions hold since they may have held.
 */
type FilteredRows = 'calls' | 'hours' | 'hours-perhaps';

/** A condition on a row. */
export function filterSql(filter: Filter, params: SqlParams, rows: FilteredRows = 'calls'): string {
  if ('any' in filter) return joined(filter.any, ' OR ', params, rows);
  if ('all' in filter) return joined(filter.all, ' AND ', params, rows);
  if ('measure' in filter) {
    if (rows === 'calls') return measureCondition(filter, params);
    return String(rows === 'hours-perhaps' || filter.op === 'not_exists');
  }
  const known = rows === 'calls' || isRolledUp(filter.field);
  if (!known && rows === 'hours-perhaps') return 'true';
  const value = known ? fieldSql(filter.field, params) : `'${EXPIRED}'`;
  if ('values' in filter) return oneOf(value, filter.values, filter.op === 'not_in', params);
  if ('text' in filter) return textCondition(value, filter, params);
  return `${value} IS ${filter.op === 'exists' ? 'NOT ' : ''}NULL`;
}

function joined(parts: readonly Filter[], word: ' OR ' | ' AND ', params: SqlParams, rows: FilteredRows): string {
  return `(${parts.map((part) => filterSql(part, params, rows)).join(word)})`;
}

/** `not_in` keeps rows without a value. */
function oneOf(value: string, values: readonly string[], not: boolean, params: SqlParams): string {
  const list = values.map((each) => params.text(each)).join(', ');
  const keepsNull = values.includes(UNTAGGED) !== not;
  const condition = `${value} ${not ? 'NOT IN' : 'IN'} (${list})`;
  return keepsNull ? `(${condition} OR ${value} IS NULL)` : condition;
}

const TEXT_CONDITIONS = {
  starts_with: 'startsWith',
  ends_with: 'endsWith',
  contains: 'contains',
} as const satisfies Readonly<Record<TextOp, keyof Dialect>>;

function textCondition(
  value: string,
  { op, text, not }: { readonly op: TextOp; readonly text: string; readonly not?: true },
  params: SqlParams,
): string {
  const condition = params.dialect[TEXT_CONDITIONS[op]](value, params.text(text));
  return not ? `NOT coalesce(${condition}, false)` : condition;
}

const COMPARISONS: Readonly<Record<CompareOp, string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' };

function measureCondition(filter: Extract<Filter, { measure: Measure }>, params: SqlParams): string {
  const { sql, perUnit } = measureSql(filter.measure, params.dialect);
  if (!('bound' in filter)) return `${sql} IS ${filter.op === 'exists' ? 'NOT ' : ''}NULL`;
  const bound = params.decimal(formatMoney(attoFromInteger(filter.bound * perUnit)));
  return `${sql} ${COMPARISONS[filter.op]} ${bound}`;
}

/** `perUnit`: how many of the column's units are one of the measure's. */
function measureSql(measure: Measure, { mapValue }: Dialect): { readonly sql: string; readonly perUnit: bigint } {
  switch (measure) {
    case 'cost':
      return { sql: "CASE WHEN currency = 'USD' THEN cost END", perUnit: 1n };
    case 'duration_ms':
      return { sql: 'duration_us', perUnit: 1000n };
    case 'time_to_first_token_ms':
      return { sql: 'time_to_first_chunk_us', perUnit: 1000n };
    default:
      return { sql: hasColumn(measure) ? measure : mapValue('other_meters', `'${measure}'`), perUnit: 1n };
  }
}
