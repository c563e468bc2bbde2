import { t } from '@grafana/i18n';
import { RadioButtonGroup } from '@grafana/ui';
import { Link } from 'react-router-dom';
import type { AskedAnswer } from '../../answers/use-answer.ts';
import { amountIn, type ComparedRow, numberIn, textIn, type UsageAnswer } from '../../api/usage-answer.ts';
import { OTHER, UNTAGGED } from '../../api/usage-question.ts';
import { useLinks } from '../../app/links.ts';
import { useFormats } from '../../app/use-formats.ts';
import { ShareBar } from '../../charts/share-bar.tsx';
import { ChangeBadge } from '../../components/change-badge.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { Panel } from '../../components/panel.tsx';
import { amountChange } from '../../domain/change.ts';
import { shareIn } from '../../domain/money.ts';
import { METRICS, type MetricName, metricName, metricText } from '../../usage/metrics.ts';
import { fieldName } from '../../usage/names.ts';
import { PivotTable } from './pivot-table.tsx';

interface ExploreTableProps {
  readonly answer: AskedAnswer<UsageAnswer>;
  readonly metric: MetricName;
  readonly by: readonly string[];
  readonly view: 'list' | 'pivot';
  readonly onView: (view: 'list' | 'pivot') => void;
  /** The metric over everything. */
  readonly total: string | null;
}

/** The groups of the question with their values; two groups also as rows and columns. */
export function ExploreTable({ answer, metric, by, view, onView, total }: ExploreTableProps) {
  const formats = useFormats();
  const links = useLinks();
  const rows = answer.data?.rows ?? [];
  const canPivot = by.length === 2;
  const { adds } = METRICS[metric];
  const columns: readonly Column<ComparedRow>[] = [
    ...by.map(
      (field): Column<ComparedRow> => ({
        id: field,
        header: fieldName(field),
        cell: ({ now }) => {
          const name = textIn(now, field);
          const isCustomer = field === 'customer_id' && name !== OTHER && name !== UNTAGGED;
          return isCustomer ? <Link to={links.customer(name)}>{name}</Link> : name;
        },
        title: ({ now }) => textIn(now, field),
      }),
    ),
    {
      id: metric,
      header: metricName(metric),
      isNumber: true,
      cell: ({ now }) => metricText(metric, now[metric] ?? null, formats),
      title: ({ now }) => amountIn(now, metric) ?? undefined,
    },
    ...(adds && total !== null
      ? [
          {
            id: 'share',
            header: t('column.share', 'Share'),
            cell: ({ now }: ComparedRow) => <ShareBar share={shareIn(amountIn(now, metric), total)} />,
          },
        ]
      : []),
    {
      id: 'change',
      header: t('column.change', 'Change'),
      isNumber: true,
      cell: ({ now, before }) => (
        <ChangeBadge
          change={amountChange(amountIn(now, metric), before === null ? undefined : amountIn(before, metric))}
          before={metricText(metric, before?.[metric] ?? null, formats)}
        />
      ),
    },
    ...(metric === 'calls'
      ? []
      : [
          {
            id: 'calls',
            header: t('column.calls', 'Calls'),
            isNumber: true,
            cell: ({ now }: ComparedRow) => formats.count(numberIn(now, 'calls')),
          },
        ]),
  ];
  const totalCalls = formats.count(numberIn(answer.data?.total.now ?? null, 'calls'));
  const fields = [...by, metric, ...(metric === 'calls' ? [] : ['calls'])];
  return (
    <Panel
      title={by.length === 0 ? t('explore.whole', 'All calls') : by.map(fieldName).join(' × ')}
      answer={answer}
      height={200}
      isEmpty={({ rows }) => rows.length === 0}
      actions={
        <>
          {canPivot && (
            <RadioButtonGroup
              size="sm"
              aria-label={t('explore.view', 'Shown as')}
              options={[
                { value: 'list' as const, label: t('explore.list', 'List') },
                { value: 'pivot' as const, label: t('explore.pivot', 'Pivot') },
              ]}
              value={view}
              onChange={onView}
            />
          )}
          <ExportMenu fileName={`costspan-${metric}`} columns={fields} rows={rows.map(({ now }) => now)} />
        </>
      }
    >
      {() =>
        canPivot && view === 'pivot' ? (
          <PivotTable rows={rows} metric={metric} by={by} />
        ) : (
          <DataTable
            label={t('explore.groups', 'Groups')}
            columns={columns}
            rows={rows}
            rowKey={({ now }) => by.map((field) => textIn(now, field)).join(' ')}
            foot={[
              t('explore.total', 'Total'),
              ...by.slice(1).map(() => ''),
              metricText(metric, answer.data?.total.now[metric] ?? null, formats),
              ...columns.slice(by.length + 1).map(({ id }) => (id === 'calls' ? totalCalls : '')),
            ]}
          />
        )
      }
    </Panel>
  );
}
