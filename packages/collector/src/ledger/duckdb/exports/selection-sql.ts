import type { ExportSelection } from '../../../exports/export-query.ts';
import { fieldsOf } from '../../../query/filter.ts';
import { callsTable } from '../../sql/field-sql.ts';
import { filterSql } from '../../sql/filter-sql.ts';
import { SqlParams } from '../../sql/sql-params.ts';
import { duckDbDialect } from '../duck-db-dialect.ts';

/**
 * A statement that gives these columns of every call of a selection, and its values.
 * @param params values of the statement that it is part of
 */
export function selectionSql(
  selection: ExportSelection,
  columns: readonly string[],
  params = new SqlParams(duckDbDialect),
): { readonly sql: string; readonly params: SqlParams } {
  const { fromUs, toUs, filters, asOfUs } = selection;
  const fields = fieldsOf(filters);
  const [from, to, asOf] = [params.instant(fromUs), params.instant(toUs), params.instant(asOfUs)];
  const part = (isTakenBack: boolean) => {
    const where = [
      `started_at >= ${from}`,
      `started_at < ${to}`,
      ...filters.map((filter) => filterSql(filter, params)),
    ];
    if (!isTakenBack) where.push(`received_at <= ${asOf}`);
    const tables = duckDbDialect.tables(asOfUs, isTakenBack, params);
    return `SELECT ${columns.join(', ')} FROM ${callsTable(fields, tables, duckDbDialect)} WHERE ${where.join(' AND ')}`;
  };
  return { sql: `${part(false)} UNION ALL ${part(true)}`, params };
}
