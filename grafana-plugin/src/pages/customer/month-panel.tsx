import { dateTimeForTimeZone } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useMemo } from 'react';
import { useAnswer } from '../../answers/use-answer.ts';
import type { Budget } from '../../api/quota-answer.ts';
import { amountIn, textIn, type UsageAnswer } from '../../api/usage-answer.ts';
import { askUsage } from '../../api/usage-api.ts';
import { usePeriod } from '../../app/period.tsx';
import { useFormats } from '../../app/use-formats.ts';
import { CumulativeChart, type Point } from '../../charts/cumulative-chart.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { Panel } from '../../components/panel.tsx';
import { approximate } from '../../domain/money.ts';
import { countsAll, monthBudget } from '../../domain/month-budget.ts';
import { type MonthForecast, monthForecast, runningSum } from '../../domain/month-forecast.ts';
import { onlyCustomer } from '../../usage/questions.ts';

interface MonthPanelProps {
  readonly customer: string;
  /** `undefined` while they are not known. */
  readonly budgets: readonly Budget[] | undefined;
}

/**
 * Spend of this calendar month, day on day, beside the month before, where it is heading, and the limit there is. A budget of the
 * month decides which month that is and where it ends, so that the page tells one forecast.
 */
export function MonthPanel({ customer, budgets }: MonthPanelProps) {
  const { timezone: own, toMs } = usePeriod();
  const formats = useFormats();
  const budget = useMemo(() => monthBudget(budgets ?? []), [budgets]);
  const timezone = budget?.window.timezone ?? own;
  const month = useMemo(() => monthOf(Date.now(), timezone, toMs), [timezone, toMs]);
  const answer = useAnswer(
    budgets === undefined
      ? null
      : {
          from: new Date(month.beforeMs).toISOString(),
          to: new Date(month.endMs).toISOString(),
          timezone,
          grain: 'day' as const,
          metrics: ['cost'],
          filters: [onlyCustomer(customer)],
          fill: 'zero' as const,
        },
    askUsage,
  );
  const drawn = useMemo(
    () => (answer.data === undefined ? undefined : monthIn(answer.data, month, budget)),
    [answer.data, month, budget],
  );
  const limit = drawn?.limit ?? null;
  const rows = (drawn?.soFar ?? []).map((amount, day) => ({
    day: day + 1,
    amount,
    before: drawn?.before[day] ?? null,
  }));
  return (
    <Panel
      title={t('pace.title', 'This month')}
      description={methodText(drawn?.method ?? 'none')}
      answer={{ ...answer, data: drawn }}
      height={218}
      actions={<ExportMenu fileName={`costspan-month-${customer}`} columns={['day', 'amount', 'before']} rows={rows} />}
      table={() => (
        <DataTable
          label={t('pace.table', 'Sums of the month by day')}
          rows={rows}
          rowKey={({ day }) => String(day)}
          columns={[
            { id: 'day', header: t('column.day', 'Day'), cell: ({ day }) => formats.count(day) },
            {
              id: 'amount',
              header: t('pace.this', 'This month'),
              isNumber: true,
              cell: ({ amount }) => formats.money(amount),
              title: ({ amount }) => formats.exactMoney(amount),
            },
            {
              id: 'before',
              header: t('pace.last', 'Last month'),
              isNumber: true,
              cell: ({ before }) => formats.money(before),
              title: ({ before }) => formats.exactMoney(before),
            },
          ]}
        />
      )}
    >
      {(data) => (
        <CumulativeChart
          label={monthText(data, formats.money)}
          line={pointsOf(data.soFar, month.days, (month.nowMs - month.startMs) / (month.endMs - month.startMs))}
          beside={pointsOf(data.before, data.before.length, 1)}
          end={
            data.projected === null
              ? null
              : {
                  mid: approximate(data.projected),
                  low: data.range === null ? null : approximate(data.range.low),
                  high: data.range === null ? null : approximate(data.range.high),
                }
          }
          limit={limit === null ? null : approximate(limit)}
          marks={[1, 8, 15, 22, month.days].map((day) => ({
            share: (day - 1) / (month.days - 1),
            text: formats.count(day),
          }))}
          height={178}
          names={{
            line: t('pace.now', 'This month {{amount}}', {
              amount: formats.money(data.soFar.at(-1) ?? '0'),
              ...AS_IT_IS,
            }),
            end: projectedText(data, formats.money),
            beside: t('pace.before', 'Last month {{amount}}', {
              amount: formats.money(data.before.at(-1) ?? null),
              ...AS_IT_IS,
            }),
            limit:
              limit === null ? '' : t('pace.limit', 'Limit {{amount}}', { amount: formats.money(limit), ...AS_IT_IS }),
          }}
          axisText={formats.shortMoney}
        />
      )}
    </Panel>
  );
}

const AS_IT_IS = { interpolation: { escapeValue: false } } as const;

interface DrawnMonth extends MonthForecast {
  readonly before: readonly string[];
  readonly limit: string | null;
}

function monthIn(data: UsageAnswer, month: ReturnType<typeof monthOf>, budget: Budget | undefined): DrawnMonth {
  const now = costsIn(data, month.startMs, month.nowMs);
  const before = costsIn(data, month.beforeMs, month.startMs - 1);
  const own = { ...monthForecast([...before, ...now], now.length, month), before: runningSum(before), limit: null };
  if (budget === undefined || !countsAll(budget, own.soFar.at(-1) ?? '0')) return own;
  const { projected, limit } = budget;
  if (projected === null) return { ...own, projected: null, range: null, method: 'none', limit };
  const { mid, low, high } = projected;
  const range = low === null || high === null ? null : { low, high };
  return { ...own, projected: mid, range, method: 'budget', limit };
}

/** A day's sum stands at its end; the day that runs, at now. */
function pointsOf(sums: readonly string[], days: number, passed: number): readonly Point[] {
  return [[0, 0], ...sums.map((sum, day): Point => [Math.min((day + 1) / days, passed), approximate(sum)])];
}

function monthText({ soFar, projected }: MonthForecast, money: (amount: string | null) => string): string {
  return t('pace.label', '{{now}} so far, {{projected}} by the end at this pace', {
    now: money(soFar.at(-1) ?? '0'),
    projected: money(projected),
    ...AS_IT_IS,
  });
}

function projectedText({ projected, range }: MonthForecast, money: (amount: string | null) => string): string {
  if (projected === null) return t('pace.early', 'Too early for a projection');
  if (range === null) return t('pace.projected', 'At this pace {{amount}}', { amount: money(projected), ...AS_IT_IS });
  return t('pace.range', 'By its end {{amount}} ({{low}} to {{high}})', {
    amount: money(projected),
    low: money(range.low),
    high: money(range.high),
    ...AS_IT_IS,
  });
}

function methodText(method: MonthForecast['method']): string {
  if (method === 'budget')
    return t(
      'pace.by-budget',
      'Sum of the calendar month in the time zone of the budget that limits it. Its end is that of the budget; the band holds it four times in five.',
    );
  return method === 'weekday'
    ? t(
        'pace.by-weekday',
        'Sum of the calendar month in your time zone. Each day to come is taken to cost what its weekday cost on average in the last four weeks; the band holds the end four times in five.',
      )
    : t(
        'pace.evenly',
        'Sum of the calendar month in your time zone. With less than four weeks of calls the projection is spend so far × length of the month ÷ time passed.',
      );
}

/** Costs of the days that begin in `[fromMs, toMs]`. */
function costsIn({ rows }: UsageAnswer, fromMs: number, toMs: number): readonly string[] {
  return rows
    .map(({ now }) => ({ time: Date.parse(textIn(now, 'time')), cost: amountIn(now, 'cost') ?? '0' }))
    .filter(({ time }) => time >= fromMs && time <= toMs)
    .sort((a, b) => a.time - b.time)
    .map(({ cost }) => cost);
}

/** `toMs` only makes it be read again when the page is refreshed. */
function monthOf(nowMs: number, timezone: string, toMs: number) {
  const start = dateTimeForTimeZone(timezone, Math.max(nowMs, toMs - toMs)).startOf('month');
  const before = dateTimeForTimeZone(timezone, start.valueOf()).subtract(1, 'month');
  const end = dateTimeForTimeZone(timezone, start.valueOf()).add(1, 'month');
  const dayMs = 86_400_000;
  return {
    nowMs,
    startMs: start.valueOf(),
    beforeMs: before.valueOf(),
    endMs: end.valueOf(),
    days: Math.round((end.valueOf() - start.valueOf()) / dayMs),
  };
}
