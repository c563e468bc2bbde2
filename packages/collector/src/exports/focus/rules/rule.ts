import type { FocusVersion } from '@costspan/pricing';

/** A row as it is read from a file: every cell a text, `null` where it is empty. */
export type FocusRecord = Readonly<Record<string, string | null | undefined>>;

/**
 * One family of rules of the specification. Written from the text of FOCUS 1.2 and 1.3 (https://focus.finops.org, read 2026-11-23), not
 * from somebody’s validator.
 */
export interface FocusRule {
  readonly name: string;
  /** What is wrong with the columns of a file. */
  readonly columns?: (columns: readonly string[], version: FocusVersion) => string[];
  /** What is wrong with a row. */
  readonly row?: (row: FocusRecord, version: FocusVersion) => string[];
}
