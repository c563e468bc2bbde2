import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { useMemo } from 'react';
import type { AskedAnswer } from '../answers/use-answer.ts';
import { useAnswer } from '../answers/use-answer.ts';
import type { UsageAnswer } from '../api/usage-answer.ts';
import { amountIn, textIn } from '../api/usage-answer.ts';
import { askUsage } from '../api/usage-api.ts';
import type { Filter } from '../api/usage-question.ts';
import { usePeriod } from '../app/period.tsx';
import { useSettings } from '../app/settings.ts';
import { useFormats, viewerLocale } from '../app/use-formats.ts';
import { Legend } from '../charts/legend.tsx';
import { StackedChart } from '../charts/stacked-chart.tsx';
import { timeLabels } from '../charts/time-labels.ts';
import { type Column, DataTable } from '../components/data-table.tsx';
import { ExportMenu } from '../components/export-menu.tsx';
import { Panel } from '../components/panel.tsx';
import type { Formats } from '../domain/format.ts';
import { metricPanel } from '../extensions/metric-panel.ts';
import { PanelActions } from '../extensions/panel-actions.tsx';
import { fieldName } from './names.ts';
import { groupsBySize, overTime, wholeOverTime } from './over-time.ts';
import { comparedInPeriod, inPeriod } from './questions.ts';

interface UsageOverTimeProps {
  readonly title: string;
  readonly metric: 'cost' | 'tokens' | 'calls';
  readonly by: string;
  readonly byOptions: readonly string[];
  readonly onBy: (by: string) => void;
  readonly filters?: readonly Filter[];
  /** What a value of the field is called; itself unless told. */
  readonly nameOf?: (value: string) => string;
  readonly height?: number;
  readonly className?: string;
}

interface Both {
  readonly parts: UsageAnswer;
  readonly whole: UsageAnswer;
}

/** How many groups get a colour; the API folds the others into one, so that the bars always add up. */
const SERIES_MAX = 6;

/** Bars over time, split by a field, with the period before as a line. */
export function UsageOverTime({
  title,
  metric,
  by,
  byOptions,
  onBy,
  filters = [],
  nameOf = itself,
  height = 236,
  className,
}: UsageOverTimeProps) {
  const styles = useStyles2(getStyles);
  const period = usePeriod();
  const formats = useFormats();
  const { grain } = period;
  const shared = { grain, metrics: [metric], filters, fill: 'zero' } as const;
  const parts = useAnswer(
    inPeriod(period, { ...shared, groupBy: [by], orderBy: { field: metric, direction: 'desc' }, limit: SERIES_MAX }),
    askUsage,
  );
  const whole = useAnswer(comparedInPeriod(period, shared), askUsage);
  const answer = useBoth(parts, whole);
  const { prometheusUid = '' } = useSettings();
  const panel = metricPanel(
    prometheusUid,
    { metric, by, filters },
    {
      title: t('actions.title', '{{title}}, per hour', { title, interpolation: { escapeValue: false } }),
      description: t('actions.description', 'From the metrics of the collector. The ledger is what is billed.'),
    },
  );
  const value = (cell: string | null) => (metric === 'cost' ? formats.money(cell) : formats.count(cell));
  return (
    <Panel
      title={title}
      answer={answer}
      height={height + 28}
      className={className ?? ''}
      isEmpty={({ parts }) => parts.rows.length === 0}
      actions={
        <div className={styles.by}>
          <RadioButtonGroup
            size="sm"
            aria-label={t('over-time.by', 'Split by')}
            options={byOptions.map((field) => ({ value: field, label: fieldName(field) }))}
            value={by}
            onChange={onBy}
          />
          {panel !== undefined && <PanelActions panel={panel} />}
        </div>
      }
      table={({ parts }) => <BucketTable answer={parts} by={by} metric={metric} />}
    >
      {({ parts, whole }) => {
        const chart = overTime(parts, by, metric, groupsBySize(parts, by, metric));
        const series = chart.series.map((one) => ({ ...one, label: nameOf(one.label) }));
        const { before, now } = wholeOverTime(whole, metric);
        const hasBefore = before.some((one) => one !== null);
        return (
          <>
            <StackedChart
              label={title}
              times={chart.times}
              grain={grain}
              timeZone={period.timezone}
              series={series}
              {...(hasBefore ? { before: before.map((one) => (one === null ? null : Number(one))) } : {})}
              height={height}
              axisText={metric === 'cost' ? formats.shortMoney : formats.shortCount}
              valueText={(bucket, series) => {
                if (series === 'total') return value(cellText(now[bucket]));
                if (series === 'before') return value(cellText(before[bucket]));
                return value(chart.valueAt(bucket, series));
              }}
            />
            <Legend
              series={series}
              sums={[]}
              {...(hasBefore ? { before: t('over-time.before', 'Period before') } : {})}
            />
          </>
        );
      }}
    </Panel>
  );
}

function BucketTable({ answer, by, metric }: { answer: UsageAnswer; by: string; metric: string }) {
  const { grain, timezone } = usePeriod();
  const formats: Formats = useFormats();
  const labels = timeLabels(grain, viewerLocale(), timezone);
  const rows = answer.rows.map(({ now }) => now);
  const columns: readonly Column<(typeof rows)[number]>[] = [
    { id: 'time', header: t('column.time', 'Time'), cell: (row) => labels.full(Date.parse(textIn(row, 'time'))) },
    { id: by, header: fieldName(by), cell: (row) => textIn(row, by) },
    {
      id: metric,
      header: t('column.value', 'Value'),
      isNumber: true,
      cell: (row) => (metric === 'cost' ? formats.money(amountIn(row, metric)) : formats.count(amountIn(row, metric))),
      title: (row) => amountIn(row, metric) ?? undefined,
    },
  ];
  return (
    <>
      <ExportMenu fileName={`costspan-${metric}-by-${by}`} columns={['time', by, metric]} rows={rows} />
      <DataTable
        label={t('over-time.table', 'Numbers of the chart')}
        columns={columns}
        rows={rows}
        rowKey={(row) => `${row['time']} ${row[by]}`}
      />
    </>
  );
}

function itself(value: string): string {
  return value;
}

function cellText(cell: string | number | null | undefined): string | null {
  return cell === null || cell === undefined ? null : String(cell);
}

/** Both answers as one: there only when both are. */
function useBoth(parts: AskedAnswer<UsageAnswer>, whole: AskedAnswer<UsageAnswer>): AskedAnswer<Both> {
  return useMemo(
    () => ({
      data: parts.data === undefined || whole.data === undefined ? undefined : { parts: parts.data, whole: whole.data },
      error: parts.error ?? whole.error,
      isAsking: parts.isAsking || whole.isAsking,
      isFormer: parts.isFormer || whole.isFormer,
      answeredAtMs: parts.answeredAtMs,
      again: () => {
        parts.again();
        whole.again();
      },
    }),
    [parts, whole],
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  by: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    [theme.breakpoints.down('md')]: { maxWidth: '100%', overflowX: 'auto' },
  }),
});
