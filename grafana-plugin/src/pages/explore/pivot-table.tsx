import { t } from '@grafana/i18n';
import { useTheme2 } from '@grafana/ui';
import { type ComparedRow, numberIn, textIn } from '../../api/usage-answer.ts';
import { useFormats } from '../../app/use-formats.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { pivot } from '../../domain/pivot.ts';
import { type MetricName, metricText } from '../../usage/metrics.ts';
import { fieldName } from '../../usage/names.ts';

interface PivotTableProps {
  readonly rows: readonly ComparedRow[];
  readonly metric: MetricName;
  readonly by: readonly string[];
}

/** The first group down, the second across; the larger a value, the stronger its colour. */
export function PivotTable({ rows, metric, by }: PivotTableProps) {
  const theme = useTheme2();
  const formats = useFormats();
  const [down = '', across = ''] = by;
  const table = pivot(
    rows.map(({ now }) => ({ row: textIn(now, down), column: textIn(now, across), value: now[metric] ?? null })),
  );
  const largest = Math.max(1e-18, ...rows.map(({ now }) => Math.abs(numberIn(now, metric) ?? 0)));
  const columns: readonly Column<string>[] = [
    { id: 'row', header: `${fieldName(down)} \\ ${fieldName(across)}`, cell: (row) => row },
    ...table.columns.map(
      (column): Column<string> => ({
        id: `in ${column}`,
        header: column,
        isNumber: true,
        cell: (row) => {
          const value = table.cell(row, column);
          if (value === undefined) return '';
          const strength = Math.round((Math.abs(Number(value ?? 0)) / largest) * 40);
          const background = `color-mix(in srgb, ${theme.colors.primary.main} ${strength}%, transparent)`;
          return (
            <span style={{ background, display: 'block', padding: '2px 6px', borderRadius: 3 }}>
              {metricText(metric, value, formats)}
            </span>
          );
        },
        title: (row) => String(table.cell(row, column) ?? ''),
      }),
    ),
  ];
  return <DataTable label={t('explore.pivot', 'Pivot')} columns={columns} rows={table.rows} rowKey={(row) => row} />;
}
