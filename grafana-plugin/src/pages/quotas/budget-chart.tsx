import { dateTimeFormat } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useMemo } from 'react';
import { useAnswer } from '../../answers/use-answer.ts';
import type { Budget } from '../../api/quota-answer.ts';
import { amountIn, textIn, type UsageAnswer } from '../../api/usage-answer.ts';
import { askUsage } from '../../api/usage-api.ts';
import { useFormats } from '../../app/use-formats.ts';
import { CumulativeChart, type Point } from '../../charts/cumulative-chart.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { Panel } from '../../components/panel.tsx';
import { approximate } from '../../domain/money.ts';
import { runningSum } from '../../domain/month-forecast.ts';
import { amountText, bucketName } from '../../quotas/budget-names.ts';
import { budgetMetric, budgetUse } from '../../quotas/budget-use.ts';

/** One budget over its window: what was used so far, against an even pace and the limit, and where it is heading. */
export function BudgetChart({ budget, nowMs }: { budget: Budget; nowMs: number }) {
  const formats = useFormats();
  const question = useMemo(() => budgetUse(budget, nowMs), [budget, nowMs]);
  const answer = useAnswer(question, askUsage);
  const { unit, limit, used, projected, pace_ratio, window } = budget;
  const fromMs = Date.parse(window.starts_at ?? '');
  const toMs = Date.parse(window.resets_at ?? '');
  const at = (ms: number) => Math.min(1, Math.max(0, (ms - fromMs) / (toMs - fromMs)));
  const passed = at(nowMs);
  const sums = useMemo(() => sumsIn(answer.data, budgetMetric(budget)), [answer.data, budget]);
  const text = (amount: string | null) => amountText(unit, amount, formats);
  const day = (ms: number) => dateTimeFormat(ms, { timeZone: window.timezone, format: 'MM-DD HH:mm' });
  const title = t('quotas.over-window', '{{who}} over its window', {
    who: bucketName(budget),
    interpolation: { escapeValue: false },
  });
  return (
    <Panel
      title={title}
      description={t(
        'quotas.over-window-hint',
        'Use in the ledger, added up since the window began, for {{rule}}. The dashed line is the pace that is usual: it reaches the limit at the end. Choose another budget in the list.',
        { rule: budget.rule_id, interpolation: { escapeValue: false } },
      )}
      answer={{ ...answer, data: question === null || answer.data === undefined ? undefined : sums }}
      height={230}
      isEmpty={() => Number.isNaN(fromMs) || Number.isNaN(toMs)}
      empty={t('quotas.endless', 'This limit is for ever: there is no window to draw')}
      actions={
        <ExportMenu fileName="costspan-budget" columns={['time', 'used']} rows={sums.map((row) => ({ ...row }))} />
      }
      table={(rows) => (
        <DataTable
          label={title}
          rows={rows}
          rowKey={({ time }) => time}
          columns={[
            { id: 'time', header: t('column.time', 'Time'), cell: ({ time }) => day(Date.parse(time)) },
            {
              id: 'used',
              header: t('quotas.used-share', 'Used'),
              isNumber: true,
              cell: (row) => text(row.used),
              title: (row) => row.used,
            },
          ]}
        />
      )}
    >
      {(rows) => (
        <CumulativeChart
          label={t('quotas.bar', '{{used}} of {{limit}} used', {
            used: text(used),
            limit: text(limit),
            interpolation: { escapeValue: false },
          })}
          line={[
            [0, 0],
            ...rows
              .slice(1)
              .map(({ time }, index): Point => [at(Date.parse(time)), approximate(rows[index]?.used ?? '0')]),
            [passed, approximate(rows.at(-1)?.used ?? '0')],
          ]}
          beside={[
            [0, 0],
            [passed, pace_ratio * approximate(limit)],
            [1, approximate(limit)],
          ]}
          end={
            projected === null
              ? null
              : {
                  mid: approximate(projected.mid),
                  low: projected.low === null ? null : approximate(projected.low),
                  high: projected.high === null ? null : approximate(projected.high),
                }
          }
          limit={approximate(limit)}
          marks={[0, 0.5, 1].map((share) => ({ share, text: day(fromMs + share * (toMs - fromMs)) }))}
          height={190}
          names={{
            line: t('quotas.used-amount', 'Used {{amount}}', {
              amount: text(used),
              interpolation: { escapeValue: false },
            }),
            end:
              projected === null
                ? ''
                : t('quotas.ends-at', 'ends at {{amount}}', {
                    amount: text(projected.mid),
                    interpolation: { escapeValue: false },
                  }),
            limit: t('pace.limit', 'Limit {{amount}}', { amount: text(limit), interpolation: { escapeValue: false } }),
            beside: t('quotas.pace-name', 'Pace'),
          }}
          axisText={unit === 'cost' ? formats.shortMoney : formats.shortCount}
        />
      )}
    </Panel>
  );
}

/** The sum after each bucket. Counts add up exactly as amounts do. */
function sumsIn(
  data: UsageAnswer | undefined,
  metric: string,
): readonly { readonly time: string; readonly used: string }[] {
  const rows = [...(data?.rows ?? [])]
    .map(({ now }) => ({ time: textIn(now, 'time'), value: amountIn(now, metric) ?? '0' }))
    .sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
  const sums = runningSum(rows.map(({ value }) => value));
  return rows.map(({ time }, index) => ({ time, used: sums[index] ?? '0' }));
}
