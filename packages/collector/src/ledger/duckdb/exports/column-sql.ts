import { EXPORT_COLUMNS, type ExportColumn } from '../../../exports/export-columns.ts';
import type { CsvStyle, LineStyle } from '../../../exports/export-source.ts';

/** Columns that have another name in the table. */
const VALUES: Readonly<Record<string, string>> = {
  call_id: "replace(trace_id::VARCHAR, '-', '') || '-' || printf('%016x', span_id)",
  time_to_first_token_us: 'time_to_first_chunk_us',
  other_tags: 'to_json(other_tags)::VARCHAR',
  other_meters: 'to_json(other_meters)::VARCHAR',
  agent: 'agent_name',
  workflow: 'workflow_name',
};

/** The columns of an export with the types of the store. Instants are UTC. */
export function typedColumns(): string[] {
  return EXPORT_COLUMNS.map((column) => {
    const value = valueSql(column);
    return `${column.kind === 'instant' ? `${value}::TIMESTAMPTZ` : value} AS "${column.name}"`;
  });
}

/** A call as one text. */
export function lineSql(line: LineStyle): string {
  if (line.kind === 'ndjson') {
    const pairs = EXPORT_COLUMNS.map((column) => `"${column.name}" := ${jsonValueSql(column)}`);
    return `to_json(struct_pack(${pairs.join(', ')}))::VARCHAR`;
  }
  const cells = EXPORT_COLUMNS.map((column) => csvCellSql(column, line.style));
  return `concat(${cells.join(`, '${line.style.delimiter}', `)})`;
}

function valueSql({ name }: ExportColumn): string {
  return VALUES[name] ?? `"${name}"`;
}

function instantSql(value: string): string {
  return `strftime(${value}, '%Y-%m-%dT%H:%M:%S.%fZ')`;
}

/** Eighteen places are always there, so what is cut are zeros after the point, and the point. */
function decimalSql(value: string): string {
  return `rtrim(rtrim((${value})::VARCHAR, '0'), '.')`;
}

function jsonValueSql(column: ExportColumn): string {
  const value = valueSql(column);
  switch (column.kind) {
    case 'instant':
      return instantSql(value);
    case 'decimal':
      return decimalSql(value);
    case 'json':
      return `(${value})::JSON`;
    default:
      return value;
  }
}

/** NULL becomes nothing, an empty text a pair of quotes. */
function csvCellSql(column: ExportColumn, style: CsvStyle): string {
  const value = valueSql(column);
  switch (column.kind) {
    case 'instant':
      return instantSql(value);
    case 'decimal':
      return style.decimalPoint === '.' ? decimalSql(value) : `replace(${decimalSql(value)}, '.', ',')`;
    case 'text':
    case 'json':
      return quotedSql(style.isForSpreadsheet ? harmlessSql(value) : value, style);
    default:
      return value;
  }
}

function quotedSql(value: string, { delimiter }: CsvStyle): string {
  return `CASE WHEN ${value} = '' OR regexp_matches(${value}, '[${delimiter}"\\r\\n]') THEN '"' || replace(${value}, '"', '""') || '"' ELSE ${value} END`;
}

function harmlessSql(value: string): string {
  return `CASE WHEN regexp_matches(${value}, '^[=+\\-@\\t\\r]') THEN '''' || ${value} ELSE ${value} END`;
}
