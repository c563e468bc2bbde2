import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import { useMemo } from 'react';
import { useParams } from 'react-router-dom';
import { useAnswer } from '../../answers/use-answer.ts';
import { askQuotas, askUsage } from '../../api/usage-api.ts';
import { PAGES, pageName, useLinks } from '../../app/links.ts';
import { usePeriod } from '../../app/period.tsx';
import { useUrlState } from '../../app/use-url-state.ts';
import { CostNotices } from '../../components/cost-notices.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Failure } from '../../components/states/failure.tsx';
import { Nothing } from '../../components/states/nothing.tsx';
import { choice } from '../../domain/url-state.ts';
import { Breakdown } from '../../usage/breakdown.tsx';
import { comparedInPeriod, onlyCustomer } from '../../usage/questions.ts';
import { UsageOverTime } from '../../usage/usage-over-time.tsx';
import { CustomerBudgets } from './customer-budgets.tsx';
import { CustomerCalls } from './customer-calls.tsx';
import { CustomerHeadlines } from './customer-headlines.tsx';
import { MonthPanel } from './month-panel.tsx';

const SPLITS = ['model', 'feature_name', 'user', 'environment'] as const;
const PARAMS = { by: choice(SPLITS, 'model') };
const NOT_COUNTED: ReadonlySet<string> = new Set(['older', 'missing']);
const CUSTOMER_METRICS = [
  'cost',
  'margin',
  'resale_cost',
  'calls',
  'tokens',
  'users',
  'cost_per_call',
  'error_rate',
  'duration_ms_p95',
];

/** Everything about one customer: what it costs, for what, for whom, and how fast. */
export function CustomerPage() {
  const { customer = '' } = useParams();
  // Nothing of one customer stays on the page of another.
  return <OneCustomer key={customer} customer={customer} />;
}

function OneCustomer({ customer }: { customer: string }) {
  const styles = useStyles2(getStyles);
  const period = usePeriod();
  const links = useLinks();
  const [{ by }, change] = useUrlState(PARAMS);
  const filters = useMemo(() => [onlyCustomer(customer)], [customer]);
  const totals = useAnswer(comparedInPeriod(period, { metrics: CUSTOMER_METRICS, filters }), askUsage);
  const budgets = useAnswer(
    useMemo(() => ({ limit: 20, only: { customer_id: customer } }), [customer]),
    askQuotas,
  );
  // Without rules, or without one that counts by customer (then the API knows no such parameter), there is nothing to say.
  const keepsQuotas = budgets.data?.configured !== false && !NOT_COUNTED.has(budgets.error?.kind ?? '');
  const { data, error } = totals;
  const parent = { text: pageName('customers'), url: links.to(PAGES.customers) };
  return (
    <PageFrame title={customer} parent={parent}>
      {data === undefined && error !== undefined ? (
        <Failure error={error} again={totals.again} />
      ) : data !== undefined && data.total.now['calls'] === 0 ? (
        <Nothing
          title={t('customer.none', 'No calls of {{customer}} in this time', {
            customer,
            interpolation: { escapeValue: false },
          })}
          icon="calendar-alt"
        >
          <p>{t('customer.none-next', 'Choose a longer time above.')}</p>
        </Nothing>
      ) : (
        <>
          <CostNotices answer={data} answeredAtMs={totals.answeredAtMs} />
          <CustomerHeadlines totals={totals} />
          {keepsQuotas && <CustomerBudgets answer={budgets} />}
          <div className={styles.halves}>
            <UsageOverTime
              title={t('customer.spend', 'Spend over time')}
              metric="cost"
              by={by}
              byOptions={SPLITS}
              onBy={(next) => change({ by: next as (typeof SPLITS)[number] })}
              filters={filters}
              height={190}
            />
            <MonthPanel
              customer={customer}
              budgets={budgets.data?.budgets ?? (budgets.error === undefined ? undefined : [])}
            />
          </div>
          <div className={styles.quarters}>
            <Breakdown title={t('customer.models', 'By model')} by="model" filters={filters} limit={6} />
            <Breakdown title={t('customer.features', 'By feature')} by="feature_name" filters={filters} limit={6} />
            <Breakdown title={t('customer.users', 'By user')} by="user" filters={filters} limit={6} />
            <Breakdown title={t('customer.keys', 'By key')} by="virtual_account" filters={filters} limit={6} />
          </div>
          <CustomerCalls customer={customer} />
        </>
      )}
    </PageFrame>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const grid = { display: 'grid', gap: theme.spacing(1.5), alignItems: 'stretch' } as const;
  const narrow = { [theme.breakpoints.down('lg')]: { gridTemplateColumns: 'minmax(0, 1fr)' } };
  return {
    halves: css({ ...grid, gridTemplateColumns: 'minmax(0, 3fr) minmax(0, 2fr)', ...narrow }),
    quarters: css({ ...grid, gridTemplateColumns: 'repeat(2, minmax(0, 1fr))', ...narrow }),
  };
};
