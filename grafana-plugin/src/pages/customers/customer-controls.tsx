import { t } from '@grafana/i18n';
import { Combobox, Icon, Input, Tooltip } from '@grafana/ui';
import { useDeferredValue, useEffect, useState } from 'react';
import { useAnswer } from '../../answers/use-answer.ts';
import { BUDGET_STATES } from '../../api/quota-answer.ts';
import { askValues } from '../../api/usage-api.ts';
import { usePeriod } from '../../app/period.tsx';
import { HiddenLabel } from '../../components/hidden-label.tsx';
import { stateName } from '../../quotas/budget-names.ts';
import type { CustomersState } from './customers-state.ts';

interface CustomerControlsProps {
  readonly state: CustomersState;
  readonly change: (change: Partial<CustomersState>, how?: { replace: boolean }) => void;
  readonly hasQuotas: boolean;
  readonly isCut: boolean;
}

const TYPING_MS = 300;

/** Which customers are listed: by name, plan and how their quota stands. */
export function CustomerControls({ state: { q, plan, state }, change, hasQuotas, isCut }: CustomerControlsProps) {
  const period = usePeriod();
  const plans = useAnswer({ field: 'tag.plan', from: period.from, to: period.to }, askPlans);
  return (
    <>
      {isCut && (
        <Tooltip
          content={t('customers.cut', 'Only the thousand budgets that come first were looked through for this.')}
        >
          <Icon name="exclamation-triangle" tabIndex={0} />
        </Tooltip>
      )}
      <Search value={q} onChange={(wanted) => change({ q: wanted }, { replace: true })} />
      {(plans.data?.length ?? 0) > 0 && (
        <>
          <HiddenLabel htmlFor="customer-plan">{t('customers.plan', 'Plan')}</HiddenLabel>
          <Combobox
            id="customer-plan"
            aria-label={t('customers.plan', 'Plan')}
            placeholder={t('customers.every-plan', 'Every plan')}
            width={16}
            isClearable
            value={plan === '' ? null : plan}
            options={(plans.data ?? []).map((value) => ({ value, label: value }))}
            onChange={(option) => change({ plan: option?.value ?? '' })}
          />
        </>
      )}
      {hasQuotas && (
        <>
          <HiddenLabel htmlFor="customer-state">{t('quotas.state', 'State')}</HiddenLabel>
          <Combobox
            id="customer-state"
            aria-label={t('quotas.state', 'State')}
            width={20}
            value={state}
            options={(['', ...BUDGET_STATES] as const).map((value) => ({
              value,
              label: value === '' ? t('quotas.every-state', 'Every state') : stateName(value),
            }))}
            onChange={({ value }) => change({ state: value })}
          />
        </>
      )}
    </>
  );
}

function askPlans({ field, from, to }: { field: string; from: string; to: string }, signal: AbortSignal) {
  return askValues(field, '', { from, to }, signal);
}

/** Asks when the typing pauses. */
function Search({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState<string>();
  const wanted = useDeferredValue(typed);
  useEffect(() => {
    if (wanted === undefined || wanted === value) return;
    const timer = setTimeout(() => onChange(wanted), TYPING_MS);
    return () => clearTimeout(timer);
  }, [wanted, value, onChange]);
  return (
    <Input
      type="search"
      width={22}
      aria-label={t('customers.search', 'Search customers')}
      placeholder={t('customers.search', 'Search customers')}
      value={typed ?? value}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
    />
  );
}
