import type { ExportColumn } from '@costspan/collector';
import { type ColumnTypes, list, STAGING, TABLE } from './target.ts';

export type Quote = (name: string) => string;
export const doubleQuoted: Quote = (name) => `"${name}"`;

/** Column definitions with what each of them is. */
export function definitions(columns: readonly ExportColumn[], types: ColumnTypes, quote: Quote): string {
  return list(columns, ({ name, kind, isRequired }) => `${quote(name)} ${types[kind]}${isRequired ? ' NOT NULL' : ''}`);
}

/**
 * From the staging table into the table: a call that is there is replaced by itself, one that is not is added. Run twice it changes
 * nothing.
 */
export function mergeSql(columns: readonly ExportColumn[], quote: Quote): string {
  const rest = columns.filter(({ name }) => name !== 'call_id');
  return `MERGE INTO ${TABLE} AS target
USING ${STAGING} AS source
ON target.${quote('call_id')} = source.${quote('call_id')}
WHEN MATCHED THEN UPDATE SET
${list(rest, ({ name }) => `${quote(name)} = source.${quote(name)}`)}
WHEN NOT MATCHED THEN INSERT (
${list(columns, ({ name }) => quote(name))}
) VALUES (
${list(columns, ({ name }) => `source.${quote(name)}`)}
);`;
}

/** One pair of numbers that must be those of `manifest.json`. */
export function checkSql(quote: Quote): string {
  return `-- These must be "calls" and "cost_usd" of manifest.json:
SELECT count(*) AS calls, sum(CASE WHEN ${quote('currency')} = 'USD' THEN ${quote('cost')} END) AS cost_usd
FROM ${STAGING};`;
}

export const MADE = 'Written by `costspan export schema`; the columns are described in docs/export.md.';
