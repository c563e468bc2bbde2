import { t } from '@grafana/i18n';
import { Combobox, Input } from '@grafana/ui';
import { useDeferredValue, useEffect, useState } from 'react';
import { useAnswer } from '../../answers/use-answer.ts';
import { askUsage, askValues } from '../../api/usage-api.ts';
import type { Filter } from '../../api/usage-question.ts';
import { usePeriod } from '../../app/period.tsx';
import { useUrlState } from '../../app/use-url-state.ts';
import { CostNotices } from '../../components/cost-notices.tsx';
import { HiddenLabel } from '../../components/hidden-label.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Failure } from '../../components/states/failure.tsx';
import { choice, text } from '../../domain/url-state.ts';
import { comparedInPeriod } from '../../usage/questions.ts';
import { CustomerTable } from './customer-table.tsx';

export const SORTABLE = ['customer_id', 'cost', 'margin', 'calls', 'tokens', 'error_rate', 'cost_per_call'] as const;
const PARAMS = {
  q: text(''),
  plan: text(''),
  sort: choice(SORTABLE, 'cost'),
  direction: choice(['asc', 'desc'], 'desc'),
  cursor: text(''),
};
const METRICS = ['cost', 'margin', 'calls', 'tokens', 'error_rate', 'cost_per_call'];
const PAGE_ROWS = 25;
const TYPING_MS = 300;

/** Every customer. Searching, sorting and paging happen in the ledger, so that ten thousand are as quick as ten. */
export function CustomersPage() {
  const period = usePeriod();
  const [{ q, plan, sort, direction, cursor }, change] = useUrlState(PARAMS);
  const filters: Filter[] = [
    { field: 'customer_id', op: 'exists' },
    ...(q === '' ? [] : [{ field: 'customer_id', op: 'contains', value: q } as const]),
    ...(plan === '' ? [] : [{ field: 'tag.plan', op: 'eq', value: plan } as const]),
  ];
  const answer = useAnswer(
    comparedInPeriod(period, {
      metrics: METRICS,
      groupBy: ['customer_id'],
      filters,
      orderBy: { field: sort, direction },
      limit: PAGE_ROWS,
      fold: false,
      ...(cursor === '' ? {} : { cursor }),
    }),
    askUsage,
  );
  const plans = useAnswer({ field: 'tag.plan', from: period.from, to: period.to }, askPlans);
  return (
    <PageFrame
      title={t('customers.title', 'Customers')}
      actions={
        <>
          <Search value={q} onChange={(wanted) => change({ q: wanted, cursor: '' }, { replace: true })} />
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
                onChange={(option) => change({ plan: option?.value ?? '', cursor: '' })}
              />
            </>
          )}
        </>
      }
    >
      {answer.data === undefined && answer.error !== undefined ? (
        <Failure error={answer.error} again={answer.again} />
      ) : (
        <>
          <CostNotices answer={answer.data} answeredAtMs={answer.answeredAtMs} />
          <CustomerTable
            answer={answer}
            sorting={{ by: sort, direction }}
            onSort={({ by, direction }) => change({ sort: by as (typeof SORTABLE)[number], direction, cursor: '' })}
            isFirst={cursor === ''}
            isFiltered={q !== '' || plan !== ''}
            onClear={() => change({ q: '', plan: '', cursor: '' })}
            onPage={(next) => change({ cursor: next })}
          />
        </>
      )}
    </PageFrame>
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
