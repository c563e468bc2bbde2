export interface Pivot<V> {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  cell(row: string, column: string): V | undefined;
}

/** Values of pairs as a table of rows by columns, both in the order they first appear. */
export function pivot<V>(
  values: readonly { readonly row: string; readonly column: string; readonly value: V }[],
): Pivot<V> {
  const cells = new Map(values.map(({ row, column, value }) => [JSON.stringify([row, column]), value]));
  return {
    rows: [...new Set(values.map(({ row }) => row))],
    columns: [...new Set(values.map(({ column }) => column))],
    cell: (row, column) => cells.get(JSON.stringify([row, column])),
  };
}
