import type { ExportColumn } from '@costspan/collector';

/** A program that exports are read by. What it needs is made from the list of columns alone. */
export interface SchemaTarget {
  readonly name: string;
  readonly about: string;
  /** The file in docs/warehouses. */
  readonly file: string;
  readonly write: (columns: readonly ExportColumn[]) => string;
}

export type ColumnTypes = Readonly<Record<ExportColumn['kind'], string>>;

export const TABLE = 'costspan_calls';
export const STAGING = 'costspan_calls_staging';

/** A line for each column, separated by commas. */
export function list(columns: readonly ExportColumn[], line: (column: ExportColumn) => string, indent = '  '): string {
  return columns.map((column) => `${indent}${line(column)}`).join(',\n');
}
