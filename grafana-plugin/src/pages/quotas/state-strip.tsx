import { t } from '@grafana/i18n';
import type { AskedAnswer } from '../../answers/use-answer.ts';
import { BUDGET_STATES, type QuotaStatus } from '../../api/quota-answer.ts';
import { isOne } from '../../app/translations.ts';
import { useFormats } from '../../app/use-formats.ts';
import { StatRow } from '../../components/stat-row.tsx';
import { stateName } from '../../quotas/budget-names.ts';

/** How many budgets stand in each state. */
export function StateStrip({ answer }: { answer: AskedAnswer<QuotaStatus> }) {
  const formats = useFormats();
  return (
    <StatRow
      answer={answer}
      stats={({ budgets, total, not_shown }) =>
        BUDGET_STATES.map((state) => ({
          label: stateName(state),
          value: formats.count(budgets.filter((budget) => budget.state === state).length),
          note:
            total + not_shown > budgets.length
              ? t('quotas.of-first', 'of the fullest {{count}}', { count: formats.count(budgets.length) })
              : isOne(budgets.length)
                ? t('quotas.of-one', 'of one budget')
                : t('quotas.of-all', 'of {{count}} budgets', { count: formats.count(budgets.length) }),
        }))
      }
    />
  );
}
