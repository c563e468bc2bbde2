import type { FieldsAnswer, ValuesAnswer } from '@costspan/collector';
import { textTable } from '../text-table.ts';

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
