import { textTable } from '../text-table.ts';

/** An answer of `GET /api/v1/usage/fields`. */
export interface FieldsAnswer {
  readonly fields: readonly {
    readonly name: string;
    readonly kind: string;
    readonly description: string | null;
    readonly calls: number | null;
  }[];
  readonly metrics: readonly { readonly name: string; readonly unit: string; readonly description: string | null }[];
  readonly measures: readonly string[];
}

/** An answer of `GET /api/v1/usage/values`. */
export interface ValuesAnswer {
  readonly field: string;
  readonly values: readonly { readonly value: string; readonly calls: number }[];
  readonly is_truncated: boolean;
}

/** Everything that `--metric`, `--by` and `--where` take. */
export function formatFields({ fields, metrics }: FieldsAnswer): string {
  return [
    textTable(
      [
        { title: 'metric', align: 'left', cell: (metric) => metric.name },
        { title: 'unit', align: 'left', cell: (metric) => metric.unit },
        { title: '', align: 'left', cell: (metric) => metric.description ?? '' },
      ],
      metrics,
    ),
    '',
    textTable(
      [
        { title: 'field', align: 'left', cell: (field) => field.name },
        { title: 'kind', align: 'left', cell: (field) => field.kind },
        {
          title: 'calls',
          align: 'right',
          cell: (field) => (field.calls === null ? '' : field.calls.toLocaleString('en-US')),
        },
        { title: '', align: 'left', cell: (field) => field.description ?? '' },
      ],
      fields,
    ),
  ].join('\n');
}

export function formatValues({ field, values, is_truncated: isTruncated }: ValuesAnswer): string {
  const table = textTable(
    [
      { title: field, align: 'left', cell: ({ value }) => value },
      { title: 'calls', align: 'right', cell: ({ calls }) => calls.toLocaleString('en-US') },
    ],
    values,
  );
  return isTruncated ? `${table}\nThere are more; ask for them with --limit.` : table;
}
