import { dateTimeForTimeZone } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useMemo } from 'react';
import { useAnswer } from '../../answers/use-answer.ts';
import { amountIn, textIn, type UsageAnswer } from '../../api/usage-answer.ts';
import { askUsage } from '../../api/usage-api.ts';
import { usePeriod } from '../../app/period.tsx';
import { useFormats } from '../../app/use-formats.ts';
import { PaceChart } from '../../charts/pace-chart.tsx';
import { Panel } from '../../components/panel.tsx';
import { monthPace } from '../../domain/month-pace.ts';
import { onlyCustomer } from '../../usage/questions.ts';

/** Spend of this calendar month, day on day, beside the month before and where it is heading. */
export function MonthPace({ customer }: { customer: string }) {
  const { timezone, toMs } = usePeriod();
  const formats = useFormats();
  const month = useMemo(() => monthOf(Date.now(), timezone, toMs), [timezone, toMs]);
  const answer = useAnswer(
    {
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
  return (
    <Panel
      title={t('pace.title', 'This month')}
      description={t(
        'pace.hint',
        'Sum of the calendar month in your time zone. The projection is linear: spend so far × length of the month ÷ time passed.',
      )}
      answer={answer}
      height={218}
    >
      {(data) => {
        const pace = monthPace(
          costsIn(data, month.startMs, month.nowMs),
          costsIn(data, month.beforeMs, month.startMs - 1),
          month,
          month.nowMs,
        );
        const now = pace.soFar.at(-1) ?? '0';
        return (
          <PaceChart
            label={t('pace.label', '{{now}} so far, {{projected}} by the end at this pace', {
              now: formats.money(now),
              projected: formats.money(pace.projected),
              interpolation: { escapeValue: false },
            })}
            pace={pace}
            passed={(month.nowMs - month.startMs) / (month.endMs - month.startMs)}
            height={190}
            names={{
              now: t('pace.now', 'This month {{amount}}', {
                amount: formats.money(now),
                interpolation: { escapeValue: false },
              }),
              before: t('pace.before', 'Last month {{amount}}', {
                amount: formats.money(pace.before.at(-1) ?? null),
                interpolation: { escapeValue: false },
              }),
              projected:
                pace.projected === null
                  ? t('pace.early', 'Too early for a projection')
                  : t('pace.projected', 'At this pace {{amount}}', {
                      amount: formats.money(pace.projected),
                      interpolation: { escapeValue: false },
                    }),
            }}
            axisText={formats.shortMoney}
          />
        );
      }}
    </Panel>
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
