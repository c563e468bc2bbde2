import type { FocusVersion } from '@costspan/pricing';
import type { Filter } from '../query/filter.ts';

/** `focus` is CSV: the text form that the specification describes. */
export const EXPORT_FORMATS = ['csv', 'ndjson', 'parquet', 'focus', 'focus-ndjson', 'focus-parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Which calls, as they were known at an instant: the same rows whenever it is asked. Microseconds since 1970 UTC. */
export interface ExportSelection {
  /** `[fromUs, toUs)` over the start of the call. */
  readonly fromUs: number;
  readonly toUs: number;
  readonly filters: readonly Filter[];
  /** Knowledge time. */
  readonly asOfUs: number;
}

/** A parsed question for one part of an export, or for all of it. */
export interface ExportQuery {
  readonly format: ExportFormat;
  readonly version: FocusVersion;
  /** BCP 47; numbers and separators of CSV as a spreadsheet of that language reads them. */
  readonly locale?: string;
  readonly fromUs: number;
  readonly toUs: number;
  readonly filters: readonly Filter[];
  /** Absent: what is known now. */
  readonly asOfUs?: number;
  /** Where the part before ended. */
  readonly startUs?: number;
  /** Most calls in this part; absent for all that is left. */
  readonly limit?: number;
}

/** Most calls of a part that is made in memory, and of one that is made on disk. */
export const PART_CALLS_MAX = { text: 20_000, parquet: 10_000_000 } as const;

export function isFocus(format: ExportFormat): boolean {
  return format.startsWith('focus');
}

export function isParquet(format: ExportFormat): boolean {
  return format.endsWith('parquet');
}

const TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
  focus: 'text/csv; charset=utf-8',
  'focus-ndjson': 'application/x-ndjson',
  'focus-parquet': 'application/vnd.apache.parquet',
};

export function contentType(format: ExportFormat): string {
  return TYPES[format];
}

export function fileEnding(format: ExportFormat): 'csv' | 'ndjson' | 'parquet' {
  if (isParquet(format)) return 'parquet';
  return format.endsWith('ndjson') ? 'ndjson' : 'csv';
}
