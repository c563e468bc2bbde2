import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import { useAnswer } from '../../answers/use-answer.ts';
import { askUsage } from '../../api/usage-api.ts';
import { pageName, useLinks } from '../../app/links.ts';
import { usePeriod } from '../../app/period.tsx';
import { useUrlState } from '../../app/use-url-state.ts';
import { CostNotices } from '../../components/cost-notices.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Failure } from '../../components/states/failure.tsx';
import { choice } from '../../domain/url-state.ts';
import { Breakdown } from '../../usage/breakdown.tsx';
import { comparedInPeriod, inPeriod } from '../../usage/questions.ts';
import { UsageOverTime } from '../../usage/usage-over-time.tsx';
import { FirstCall } from './first-call.tsx';
import { Headlines } from './headlines.tsx';
import { Moved } from './moved.tsx';
import { TokenKindsPanel } from './token-kinds-panel.tsx';
import { WhyItChanged } from './why-it-changed.tsx';

const SPLITS = ['customer_id', 'model', 'feature_name', 'team'] as const;
const PARAMS = { by: choice(SPLITS, 'customer_id') };
const HEADLINE_METRICS = [
  'cost',
  'margin',
  'resale_cost',
  'tokens',
  'calls',
  'customers',
  'errors',
  'error_rate',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'output_tokens',
  'output_reasoning_tokens',
];

/** What everything costs, who causes it, and what has changed. */
export function OverviewPage() {
  const styles = useStyles2(getStyles);
  const period = usePeriod();
  const links = useLinks();
  const [{ by }, change] = useUrlState(PARAMS);
  const totals = useAnswer(comparedInPeriod(period, { metrics: HEADLINE_METRICS }), askUsage);
  const trend = useAnswer(
    inPeriod(period, { metrics: ['cost', 'tokens', 'calls', 'customers'], grain: period.grain, fill: 'zero' }),
    askUsage,
  );
  const { data, error } = totals;
  const isEmpty = data !== undefined && data.total.now['calls'] === 0;
  return (
    <PageFrame title={pageName('overview')}>
      {data === undefined && error !== undefined ? (
        <Failure error={error} again={totals.again} />
      ) : isEmpty ? (
        <FirstCall dataFrom={data.data_from} />
      ) : (
        <>
          <CostNotices answer={data} answeredAtMs={totals.answeredAtMs} />
          <Headlines totals={totals} trend={trend.data} />
          <div className={styles.wide}>
            <UsageOverTime
              title={t('overview.spend', 'Spend over time')}
              metric="cost"
              height={168}
              by={by}
              byOptions={SPLITS}
              onBy={(next) => change({ by: next as (typeof SPLITS)[number] })}
            />
            <TokenKindsPanel totals={totals} />
          </div>
          <div className={styles.thirds}>
            <Breakdown
              title={t('overview.customers', 'Top customers')}
              by="customer_id"
              limit={5}
              href={links.customer}
            />
            <Moved />
            <WhyItChanged />
          </div>
        </>
      )}
    </PageFrame>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const grid = { display: 'grid', gap: theme.spacing(1.5), alignItems: 'stretch' } as const;
  const narrow = { [theme.breakpoints.down('lg')]: { gridTemplateColumns: 'minmax(0, 1fr)' } };
  return {
    wide: css({ ...grid, gridTemplateColumns: 'minmax(0, 7fr) minmax(0, 3fr)', ...narrow }),
    thirds: css({ ...grid, gridTemplateColumns: 'repeat(3, minmax(0, 1fr))', ...narrow }),
  };
};
