import type { ExportSelection } from '../../../exports/export-query.ts';
import { fieldsOf } from '../../../query/filter.ts';
import { callsTable } from '../../sql/field-sql.ts';
import { filterSql } from '../../sql/filter-sql.ts';
import { SqlParams } from '../../sql/sql-params.ts';
import { duckDbDialect } from '../duck-db-dialect.ts';

export interface SelectionStatement {
  readonly sql: string;
  readonly params: SqlParams;
}

/**
 * A statement that gives these columns of every call of a selection, and its values.
 * @param params values of the statement that it is part of
 */
export function selectionSql(
  selection: ExportSelection,
  columns: readonly string[],
  params = new SqlParams(duckDbDialect),
): SelectionStatement {
  return {
    sql: `${partSql(selection, columns, params, false)} UNION ALL ${partSql(selection, columns, params, true)}`,
    params,
  };
}

/** The same without those that another span has taken the place of since. */
export function standingSql(selection: ExportSelection, columns: readonly string[]): SelectionStatement {
  const params = new SqlParams(duckDbDialect);
  return { sql: partSql(selection, columns, params, false), params };
}

/** Only those. */
export function takenBackSql(selection: ExportSelection, columns: readonly string[]): SelectionStatement {
  const params = new SqlParams(duckDbDialect);
  return { sql: partSql(selection, columns, params, true), params };
}

function partSql(
  { fromUs, toUs, filters, asOfUs }: ExportSelection,
  columns: readonly string[],
  params: SqlParams,
  isTakenBack: boolean,
): string {
  const where = [
    `started_at >= ${params.instant(fromUs)}`,
    `started_at < ${params.instant(toUs)}`,
    ...filters.map((filter) => filterSql(filter, params)),
  ];
  if (!isTakenBack) where.push(`received_at <= ${params.instant(asOfUs)}`);
  const tables = duckDbDialect.tables(asOfUs, isTakenBack, params);
  return `SELECT ${columns.join(', ')} FROM ${callsTable(fieldsOf(filters), tables, duckDbDialect)} WHERE ${where.join(' AND ')}`;
}
