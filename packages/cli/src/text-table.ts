export interface Column<Row> {
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly cell: (row: Row) => string;
}

/** A table for a terminal: columns as wide as their widest cell, two spaces between, no trailing blanks. */
export function textTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = [
    columns.map((column) => column.title),
    ...rows.map((row) => columns.map((column) => printable(column.cell(row)))),
  ];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => (line[index] ?? '').length)));
  return cells
    .map((line) =>
      columns
        .map(({ align }, index) => {
          const text = line[index] ?? '';
          const width = widths[index] ?? 0;
          return align === 'right' ? text.padStart(width) : text.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Tag values come from outside: a terminal must not obey them. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '·');
}
