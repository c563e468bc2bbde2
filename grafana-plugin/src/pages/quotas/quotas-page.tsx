import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Combobox, useStyles2 } from '@grafana/ui';
import { useMemo } from 'react';
import { useAnswer } from '../../answers/use-answer.ts';
import { BUDGET_STATES } from '../../api/quota-answer.ts';
import { askQuotas } from '../../api/usage-api.ts';
import { pageName } from '../../app/links.ts';
import { useRefresh } from '../../app/use-refresh.ts';
import { useUrlState } from '../../app/use-url-state.ts';
import { HiddenLabel } from '../../components/hidden-label.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { RefreshButton } from '../../components/refresh-button.tsx';
import { Failure } from '../../components/states/failure.tsx';
import { Nothing } from '../../components/states/nothing.tsx';
import { choice, text } from '../../domain/url-state.ts';
import { budgetKey, stateName } from '../../quotas/budget-names.ts';
import { BudgetChart } from './budget-chart.tsx';
import { BudgetTable } from './budget-table.tsx';
import { PacePanel } from './pace-panel.tsx';
import { RuleMap } from './rule-map.tsx';
import { StateStrip } from './state-strip.tsx';
import { StoppedPanel } from './stopped-panel.tsx';

const SORTS = ['used_ratio', 'burn', 'projected', 'exhausts_at', 'used', 'remaining', 'bucket'] as const;
const PARAMS = {
  sort: choice(SORTS, 'used_ratio'),
  state: choice(['', ...BUDGET_STATES], ''),
  cursor: text(''),
  budget: text(''),
};
const PAGE_BUDGETS = 50;
const MAP_BUDGETS = 500;

/** How limits stand: used against pace, how fast, and who is about to be stopped. */
export function QuotasPage() {
  const styles = useStyles2(getStyles);
  const [{ sort, state, cursor, budget: chosen }, change] = useUrlState(PARAMS);
  const question = useMemo(
    () => ({ sort, limit: PAGE_BUDGETS, ...(state === '' ? {} : { state }), ...(cursor === '' ? {} : { cursor }) }),
    [sort, state, cursor],
  );
  const answer = useAnswer(question, askQuotas);
  const all = useAnswer(ALL, askQuotas);
  const refresh = () => {
    answer.again();
    all.again();
  };
  useRefresh(refresh);
  const { error } = answer;
  const budgets = answer.data?.budgets ?? [];
  const budget = budgets.find((one) => budgetKey(one) === chosen) ?? budgets[0];
  const nowMs = answer.data === undefined ? 0 : Date.parse(answer.data.at);
  const content = () => {
    if (answer.data?.configured === false) return <NoQuotas />;
    if (answer.data === undefined && error !== undefined) return <Failure error={error} again={answer.again} />;
    if (all.data?.total === 0) return <NobodyCounted />;
    return (
      <>
        <StateStrip answer={all} />
        <div className={styles.halves}>
          <PacePanel
            answer={answer}
            chosen={budget === undefined ? '' : budgetKey(budget)}
            onChoose={(key) => change({ budget: key })}
          />
          {budget !== undefined && <BudgetChart key={budgetKey(budget)} budget={budget} nowMs={nowMs} />}
        </div>
        <div className={styles.halves}>
          <StoppedPanel answer={all} nowMs={Date.parse(all.data?.at ?? '')} />
          <RuleMap answer={all} />
        </div>
        <BudgetTable
          answer={answer}
          sort={sort}
          onSort={(next) => change({ sort: next as (typeof SORTS)[number], cursor: '' })}
          isFirst={cursor === ''}
          onPage={(next) => change({ cursor: next })}
        />
      </>
    );
  };
  return (
    <PageFrame
      title={pageName('quotas')}
      timed={false}
      actions={
        <>
          <HiddenLabel htmlFor="budget-state">{t('quotas.state', 'State')}</HiddenLabel>
          <Combobox
            id="budget-state"
            aria-label={t('quotas.state', 'State')}
            width={24}
            value={state}
            options={(['', ...BUDGET_STATES] as const).map((value) => ({
              value,
              label: value === '' ? t('quotas.every-state', 'Every state') : stateName(value),
            }))}
            onChange={({ value }) => change({ state: value, cursor: '' })}
          />
          <RefreshButton onClick={refresh} />
        </>
      }
    >
      {content()}
    </PageFrame>
  );
}

const ALL = { sort: 'used_ratio', limit: MAP_BUDGETS };

function NoQuotas() {
  return (
    <Nothing title={t('quotas.none.title', 'This collector keeps no quotas')} icon="tachometer-fast">
      <p>{t('quotas.none.next', 'Name a file of rules in its configuration, and restart it:')}</p>
      <pre>{'quota:\n  rules: quotas.yaml'}</pre>
    </Nothing>
  );
}

function NobodyCounted() {
  return (
    <Nothing title={t('quotas.uncounted.title', 'No budget has been used yet')} icon="tachometer-fast">
      <p>
        {t('quotas.uncounted.next', 'The rules are in force. A budget appears with the first call that it counts.')}
      </p>
    </Nothing>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  halves: css({
    display: 'grid',
    gap: theme.spacing(1.5),
    gridTemplateColumns: 'repeat(2, minmax(0, 1fr))',
    [theme.breakpoints.down('lg')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
});
