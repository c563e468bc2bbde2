import { t } from '@grafana/i18n';
import type { AskedAnswer } from '../../answers/use-answer.ts';
import { amountIn, type ComparedRow, numberIn, textIn, type UsageAnswer } from '../../api/usage-answer.ts';
import { useFormats } from '../../app/use-formats.ts';
import { CellBar } from '../../charts/cell-bar.tsx';
import { ChangeBadge } from '../../components/change-badge.tsx';
import { type Column, DataTable, type Sorting } from '../../components/data-table.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { Panel } from '../../components/panel.tsx';
import { amountChange } from '../../domain/change.ts';
import { metricName, metricText } from '../../usage/metrics.ts';
import { fieldName } from '../../usage/names.ts';

export const MODEL_METRICS = [
  'cost',
  'calls',
  'tokens',
  'cost_per_call',
  'duration_ms_p50',
  'duration_ms_p95',
  'time_to_first_token_ms_p50',
  'output_tokens_per_second',
  'error_rate',
  'cache_hit_share',
] as const;

interface ModelTableProps {
  readonly answer: AskedAnswer<UsageAnswer>;
  readonly by: string;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
}

/** One row for each model; a bar in each cell makes columns comparable at a glance. */
export function ModelTable({ answer, by, sorting, onSort }: ModelTableProps) {
  const formats = useFormats();
  const rows = (answer.data?.rows ?? []).filter(({ now }) => now['calls'] !== 0);
  const columns: readonly Column<ComparedRow>[] = [
    { id: by, header: fieldName(by), cell: ({ now }) => textIn(now, by), title: ({ now }) => textIn(now, by) },
    ...MODEL_METRICS.map((metric): Column<ComparedRow> => {
      const largest = Math.max(0, ...rows.map(({ now }) => numberIn(now, metric) ?? 0));
      return {
        id: metric,
        header: shortName(metric),
        isNumber: true,
        isSortable: true,
        cell: ({ now }) => (
          <CellBar
            share={largest === 0 ? 0 : (numberIn(now, metric) ?? 0) / largest}
            tone={metric === 'error_rate' ? 'bad' : 'plain'}
          >
            {metric === 'tokens'
              ? formats.shortCount(numberIn(now, metric))
              : metric === 'output_tokens_per_second'
                ? formats.shortCount(numberIn(now, metric))
                : metricText(metric, now[metric] ?? null, formats)}
          </CellBar>
        ),
        title: ({ now }) => `${metricName(metric)}: ${amountIn(now, metric) ?? ''}`,
      };
    }),
    {
      id: 'change',
      header: t('column.change', 'Change'),
      isNumber: true,
      cell: ({ now, before }) => (
        <ChangeBadge
          change={amountChange(amountIn(now, 'cost'), before === null ? undefined : amountIn(before, 'cost'))}
          before={formats.money(amountIn(before, 'cost'))}
        />
      ),
    },
  ];
  return (
    <Panel
      title={t('models.side-by-side', 'Side by side')}
      answer={answer}
      height={260}
      isEmpty={({ rows }) => rows.length === 0}
      empty={t('models.none', 'No calls in this time. Choose a longer time above.')}
      actions={
        <ExportMenu fileName="costspan-models" columns={[by, ...MODEL_METRICS]} rows={rows.map(({ now }) => now)} />
      }
    >
      {() => (
        <DataTable
          label={t('models.side-by-side', 'Side by side')}
          columns={columns}
          rows={rows}
          rowKey={({ now }) => textIn(now, by)}
          sorting={sorting}
          onSort={onSort}
        />
      )}
    </Panel>
  );
}

function shortName(metric: (typeof MODEL_METRICS)[number]): string {
  switch (metric) {
    case 'cost_per_call':
      return t('models.per-call', 'Per call');
    case 'duration_ms_p50':
      return t('models.median', 'Median');
    case 'duration_ms_p95':
      return t('models.p95', 'p95');
    case 'time_to_first_token_ms_p50':
      return t('models.first-token', 'First token');
    case 'output_tokens_per_second':
      return t('models.speed', 'Tokens/s');
    case 'error_rate':
      return t('models.failed', 'Failed');
    case 'cache_hit_share':
      return t('models.cached', 'Cached');
    default:
      return metricName(metric);
  }
}
