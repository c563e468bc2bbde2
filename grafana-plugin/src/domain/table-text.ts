export type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

/** RFC 4180 with a header line. A text that a spreadsheet would run as a formula gets an apostrophe before it. */
export function csvOf(columns: readonly string[], rows: readonly Row[]): string {
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? null))];
  return `${lines.map((line) => line.map(csvCell).join(',')).join('\r\n')}\r\n`;
}

export function jsonOf(columns: readonly string[], rows: readonly Row[]): string {
  const shown = rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column] ?? null])));
  return `${JSON.stringify(shown, null, 2)}\n`;
}

const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/;

function csvCell(value: Cell): string {
  if (value === null) return '';
  const written = String(value);
  const safe = /^[=+\-@\t\r]/.test(written) && !PLAIN_NUMBER.test(written) ? `'${written}` : written;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
