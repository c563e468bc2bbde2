import { t } from '@grafana/i18n';
import type { AskedAnswer } from '../../answers/use-answer.ts';
import { amountIn, numberIn, type UsageAnswer } from '../../api/usage-answer.ts';
import { useFormats } from '../../app/use-formats.ts';
import { type Stat, StatRow } from '../../components/stat-row.tsx';
import { amountChange, countChange } from '../../domain/change.ts';

/** The numbers of one customer to see first. */
export function CustomerHeadlines({ totals }: { totals: AskedAnswer<UsageAnswer> }) {
  const formats = useFormats();
  return (
    <StatRow
      answer={totals}
      stats={({ total: { now, before } }) => {
        const amount = (metric: string, label: string): Stat => ({
          label,
          value: formats.money(amountIn(now, metric)),
          exact: formats.exactMoney(amountIn(now, metric)),
          change: amountChange(amountIn(now, metric), before === null ? undefined : amountIn(before, metric)),
          before: formats.money(amountIn(before, metric)),
        });
        const count = (metric: string, label: string): Stat => ({
          label,
          value: formats.shortCount(numberIn(now, metric)),
          exact: formats.count(amountIn(now, metric)),
          change: countChange(numberIn(now, metric), before === null ? undefined : numberIn(before, metric)),
          before: formats.count(amountIn(before, metric)),
        });
        const hasMargin = amountIn(now, 'margin') !== null;
        return [
          amount('cost', t('customer.spend-total', 'Spend')),
          ...(hasMargin ? [{ ...amount('margin', t('customer.margin', 'Margin')), good: 'up' as const }] : []),
          count('calls', t('customer.calls', 'Calls')),
          count('tokens', t('customer.tokens', 'Tokens')),
          count('users', t('customer.active-users', 'Active users')),
          amount('cost_per_call', t('customer.per-call', 'Spend per call')),
          {
            label: t('customer.p95', 'Duration, p95'),
            value: formats.millis(numberIn(now, 'duration_ms_p95')),
            change: countChange(
              numberIn(now, 'duration_ms_p95'),
              before === null ? undefined : numberIn(before, 'duration_ms_p95'),
            ),
            good: 'down',
            before: formats.millis(numberIn(before, 'duration_ms_p95')),
          },
          ...(hasMargin
            ? []
            : [
                {
                  label: t('customer.failed', 'Failed calls'),
                  value: formats.percent(numberIn(now, 'error_rate')),
                  change: countChange(
                    numberIn(now, 'error_rate'),
                    before === null ? undefined : numberIn(before, 'error_rate'),
                  ),
                  good: 'down' as const,
                },
              ]),
        ];
      }}
    />
  );
}
