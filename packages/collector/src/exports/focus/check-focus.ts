import type { FocusVersion } from '@costspan/pricing';
import { FOCUS_RULES } from './rules/index.ts';
import type { FocusRecord } from './rules/rule.ts';

/** Most findings that are told; the count goes on. */
const TOLD_MAX = 100;

export interface FocusFindings {
  readonly rows: number;
  readonly count: number;
  /** The first hundred, each with its row (the first is 1) and the family of the rule. */
  readonly findings: readonly { readonly row: number; readonly rule: string; readonly message: string }[];
}

/** Whether columns and rows keep the rules of the specification. Holds one row at a time. */
export async function checkFocus(
  columns: readonly string[],
  rows: Iterable<FocusRecord> | AsyncIterable<FocusRecord>,
  version: FocusVersion,
): Promise<FocusFindings> {
  const findings: { row: number; rule: string; message: string }[] = [];
  let [count, number] = [0, 0];
  const tell = (row: number, rule: string, messages: readonly string[]): void => {
    count += messages.length;
    for (const message of messages) if (findings.length < TOLD_MAX) findings.push({ row, rule, message });
  };
  for (const { name, columns: check } of FOCUS_RULES) if (check !== undefined) tell(0, name, check(columns, version));
  for await (const row of rows) {
    number += 1;
    for (const { name, row: check } of FOCUS_RULES) if (check !== undefined) tell(number, name, check(row, version));
  }
  return { rows: number, count, findings };
}
