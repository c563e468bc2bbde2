import type { Filter } from '../query/filter.ts';
import type { ExportSelection } from './export-query.ts';
import type { StoredCharge } from './focus/stored-charge.ts';

/** A row of an export of calls as text, and what of it is counted. */
export interface CallLine {
  readonly text: string;
  /** US dollars at 10⁻¹⁸; `undefined` when the cost is unknown or in another currency. */
  readonly cost: bigint | undefined;
}

/** How a line is written. */
export type LineStyle = { readonly kind: 'ndjson' } | { readonly kind: 'csv'; readonly style: CsvStyle };

export interface CsvStyle {
  readonly delimiter: ',' | ';';
  readonly decimalPoint: '.' | ',';
  /** For a spreadsheet: text that it would run as a formula is quoted with an apostrophe. */
  readonly isForSpreadsheet: boolean;
}

/** What was written to a file. */
export interface WrittenCalls {
  readonly calls: number;
  readonly unpricedCalls: number;
  readonly cost: bigint;
}

/** A ledger that its calls can be taken out of. Each method reads one snapshot; all of them answer the same for the same selection. */
export interface ExportSource {
  /**
   * Knowledge time of what was appended last, of all calls or of those for which the filters hold: an export as of it has every call
   * that was acknowledged before.
   */
  newestUs(filters?: readonly Filter[]): Promise<number>;
  /** Calls that started before this, and whose deletion was known only after the selection’s instant, are missing from it. */
  deletedBeforeUs(selection: ExportSelection): Promise<number | undefined>;
  /**
   * An instant before which at most `calls` calls of the selection start, or as many as start in one microsecond where those are more;
   * `toUs` when no more are left.
   */
  sliceEndUs(selection: ExportSelection, calls: number): Promise<number>;
  /** Every call of the selection as a line, in order of start and id. */
  lines(selection: ExportSelection, style: LineStyle): Promise<CallLine[]>;
  /** What every call of the selection was charged, in order of start and id. */
  charges(selection: ExportSelection): Promise<StoredCharge[]>;
  /**
   * What is billed as of the selection's instant and was not as of an earlier one, such as calls that came late, and the other way
   * round.
   */
  changes(
    selection: ExportSelection,
    sinceUs: number,
  ): Promise<{ readonly added: readonly StoredCharge[]; readonly removed: readonly StoredCharge[] }>;
  /** Writes the calls of the selection as one Parquet file. */
  writeParquet(selection: ExportSelection, name: string): Promise<WrittenCalls>;
  /** Makes a Parquet file of a CSV file, both in the staging directory, with these SQL types. */
  csvToParquet(
    csv: string,
    name: string,
    columns: readonly { readonly name: string; readonly type: string }[],
  ): Promise<void>;
  /** The only directory that the store may write files to. It exists, and is emptied when the ledger is opened. */
  staging(): Promise<string>;
}
