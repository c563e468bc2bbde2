import type { CsvStyle } from './export-source.ts';

/** For a program: RFC 4180. */
const PLAIN_CSV: CsvStyle = { delimiter: ',', decimalPoint: '.', isForSpreadsheet: false };

/** Marks UTF-8 for a spreadsheet. */
export const BYTE_ORDER_MARK = '\ufeff';

/** As a spreadsheet of a language reads it: with a decimal comma, cells end with a semicolon. @param locale BCP 47 */
export function csvStyle(locale: string | undefined): CsvStyle {
  if (locale === undefined) return PLAIN_CSV;
  const parts = new Intl.NumberFormat(locale, { numberingSystem: 'latn' }).formatToParts(1.5);
  const isComma = parts.some(({ type, value }) => type === 'decimal' && value === ',');
  return { delimiter: isComma ? ';' : ',', decimalPoint: isComma ? ',' : '.', isForSpreadsheet: true };
}

/** One record with its CRLF. `null` is nothing, an empty text a pair of quotes. */
export function csvRecord(cells: readonly (string | null)[], style: CsvStyle = PLAIN_CSV): string {
  return `${cells.map((cell) => csvCell(cell, style)).join(style.delimiter)}\r\n`;
}

function csvCell(cell: string | null, { delimiter, isForSpreadsheet }: CsvStyle): string {
  if (cell === null) return '';
  const text = isForSpreadsheet && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  const needsQuotes = text === '' || text.includes(delimiter) || /["\r\n]/.test(text);
  return needsQuotes ? `"${text.replaceAll('"', '""')}"` : text;
}
