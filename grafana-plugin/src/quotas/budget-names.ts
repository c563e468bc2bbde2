import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import type { Budget, BudgetState } from '../api/quota-answer.ts';
import type { Formats } from '../domain/format.ts';

export function stateName(state: BudgetState): string {
  switch (state) {
    case 'exhausted':
      return t('budget.exhausted', 'Used up');
    case 'alarm':
      return t('budget.alarm', 'Burning fast');
    case 'over_pace':
      return t('budget.over-pace', 'Will not last');
    case 'at_risk':
      return t('budget.at-risk', 'At risk');
    case 'ok':
      return t('budget.ok', 'Within its pace');
    default:
      return state satisfies never;
  }
}

/** Only words say what a state is; colours help to find it. */
export function stateColour(theme: GrafanaTheme2, state: BudgetState): string {
  const names = { exhausted: 'dark-red', alarm: 'red', over_pace: 'orange', at_risk: 'yellow', ok: 'green' } as const;
  return theme.visualization.getColorByName(names[state]);
}

/** Who a budget is of: the values of its dimensions. */
export function bucketName({ bucket }: Budget): string {
  const values = Object.values(bucket);
  return values.length === 0 ? t('budget.everybody', 'everybody') : values.join(' · ');
}

export function budgetKey({ rule_id, limit_id, window, bucket }: Budget): string {
  return JSON.stringify([rule_id, limit_id, window.id, bucket]);
}

/** An amount in the unit of its limit. */
export function amountText(unit: Budget['unit'], amount: string | null, formats: Formats): string {
  return unit === 'cost' ? formats.money(amount) : formats.shortCount(amount);
}

/** How fast a budget burns over the longest time that is looked at: it says most about its end. */
export function burnNow({ burn_rates }: Budget): Budget['burn_rates'][number] | undefined {
  return burn_rates.findLast(({ rate }) => rate !== null);
}
