import { AnswerMismatch, aCount, aList, anInstant, anObject, aText, type Check, orAbsent, orNull } from './check.ts';

export type UsageCell = string | number | null;

/** Values by name. Money is a decimal text, a count a number (or a decimal text when it is larger than a number holds). */
export interface UsageRow {
  readonly [name: string]: UsageCell;
}

/** A row, and the same of the period before when the question asked to compare. */
export interface ComparedRow {
  readonly now: UsageRow;
  readonly before: UsageRow | null;
}

const usageRow: Check<ComparedRow> = (value, at) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AnswerMismatch(`${at} should be a row`);
  }
  const { previous = null, ...now } = value as Record<string, unknown>;
  return {
    now: cells(now, at),
    before: previous === null ? null : cells(previous as Record<string, unknown>, `${at}.previous`),
  };
};

function cells(row: Record<string, unknown>, at: string): UsageRow {
  for (const [name, cell] of Object.entries(row)) {
    if (cell !== null && typeof cell !== 'string' && typeof cell !== 'number') {
      throw new AnswerMismatch(`${at}.${name} should be a text, a number or null`);
    }
  }
  return row as UsageRow;
}

export const usageAnswer = anObject({
  rows: aList(usageRow),
  total: usageRow,
  unpriced_calls: aCount,
  late_calls: orAbsent(aCount, 0),
  expired_calls: orAbsent(aCount, 0),
  complete_to: anInstant,
  data_from: orAbsent(orNull(anInstant), null),
  next_cursor: orAbsent(orNull(aText), null),
});
export type UsageAnswer = ReturnType<typeof usageAnswer>;

/** A metric that is an amount; `null` when it is unknown. */
export function amountIn(row: UsageRow | null, metric: string): string | null {
  const cell = row?.[metric] ?? null;
  return cell === null ? null : String(cell);
}

/** A metric that is a number; large counts lose digits and are only drawn. */
export function numberIn(row: UsageRow | null, metric: string): number | null {
  const cell = row?.[metric] ?? null;
  return cell === null ? null : Number(cell);
}

export function textIn(row: UsageRow, field: string): string {
  return String(row[field] ?? '');
}
