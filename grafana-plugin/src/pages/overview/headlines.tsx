import { t } from '@grafana/i18n';
import type { AskedAnswer } from '../../answers/use-answer.ts';
import { amountIn, numberIn, type UsageAnswer } from '../../api/usage-answer.ts';
import { useFormats } from '../../app/use-formats.ts';
import { type Stat, StatRow } from '../../components/stat-row.tsx';
import { amountChange, countChange } from '../../domain/change.ts';
import { shareOf } from '../../domain/money.ts';
import { wholeOverTime } from '../../usage/over-time.ts';

interface HeadlinesProps {
  readonly totals: AskedAnswer<UsageAnswer>;
  readonly trend: UsageAnswer | undefined;
}

/** The numbers to see first, each with that of the period before. */
export function Headlines({ totals, trend }: HeadlinesProps) {
  const formats = useFormats();
  const over = (metric: string) => (trend === undefined ? {} : { trend: wholeOverTime(trend, metric).numbers });
  const amount = ({ total: { now, before } }: UsageAnswer, metric: string, label: string): Stat => {
    const value = amountIn(now, metric);
    return {
      label,
      value: formats.money(value),
      exact: formats.exactMoney(value),
      change: amountChange(value, before === null ? undefined : amountIn(before, metric)),
      before: formats.money(amountIn(before, metric)),
    };
  };
  const count = ({ total: { now, before } }: UsageAnswer, metric: string, label: string): Stat => ({
    label,
    value: formats.shortCount(numberIn(now, metric)),
    exact: formats.count(amountIn(now, metric)),
    change: countChange(numberIn(now, metric), before === null ? undefined : numberIn(before, metric)),
    before: formats.count(amountIn(before, metric)),
  });
  const margin = (answer: UsageAnswer): Stat => {
    const stat = amount(answer, 'margin', t('overview.margin', 'Margin'));
    const resale = amountIn(answer.total.now, 'resale_cost');
    const value = amountIn(answer.total.now, 'margin');
    const hasPrices = resale !== null && resale !== '0';
    if (!hasPrices || value === null) {
      return { label: stat.label, value: '—', note: t('overview.no-resale', 'no resale prices') };
    }
    return {
      ...stat,
      good: 'up',
      note: t('overview.of-resale', '{{share}} of revenue', { share: formats.percent(shareOf(value, resale)) }),
    };
  };
  return (
    <StatRow
      answer={totals}
      stats={(answer) => {
        const rate = numberIn(answer.total.now, 'error_rate');
        const rateBefore = answer.total.before === null ? undefined : numberIn(answer.total.before, 'error_rate');
        return [
          { ...amount(answer, 'cost', t('overview.spend-total', 'Spend')), ...over('cost') },
          margin(answer),
          { ...count(answer, 'tokens', t('overview.tokens', 'Tokens')), ...over('tokens') },
          { ...count(answer, 'calls', t('overview.calls', 'Calls')), ...over('calls') },
          { ...count(answer, 'customers', t('overview.active', 'Active customers')), ...over('customers') },
          {
            label: t('overview.errors', 'Failed calls'),
            value: formats.percent(rate),
            exact: formats.count(amountIn(answer.total.now, 'errors')),
            change: countChange(rate, rateBefore),
            good: 'down',
            before: formats.percent(rateBefore ?? null),
          },
        ];
      }}
    />
  );
}
