import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import { useMemo } from 'react';
import { useAnswer } from '../../answers/use-answer.ts';
import { askUsage } from '../../api/usage-api.ts';
import { pageName } from '../../app/links.ts';
import { usePeriod } from '../../app/period.tsx';
import { useUrlState } from '../../app/use-url-state.ts';
import { CostNotices } from '../../components/cost-notices.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Failure } from '../../components/states/failure.tsx';
import { choice } from '../../domain/url-state.ts';
import { comparedInPeriod } from '../../usage/questions.ts';
import { UsageOverTime } from '../../usage/usage-over-time.tsx';
import { ModelMap } from './model-map.tsx';
import { MODEL_METRICS, ModelTable } from './model-table.tsx';

const METRICS = ['cost', 'tokens', 'calls'] as const;
const PARAMS = {
  show: choice(METRICS, 'cost'),
  by: choice(['model', 'provider'], 'model'),
  sort: choice(MODEL_METRICS, 'cost'),
  direction: choice(['asc', 'desc'], 'desc'),
};
const MODELS_MAX = 50;

/** Models side by side: what they cost, how fast they are, how often they fail, how much they read from caches. */
export function ModelsPage() {
  const styles = useStyles2(getStyles);
  const period = usePeriod();
  const [{ by, sort, direction }, change] = useUrlState(PARAMS);
  const orderBy = useMemo(() => ({ field: sort, direction }), [sort, direction]);
  const answer = useAnswer(
    comparedInPeriod(period, { metrics: MODEL_METRICS, groupBy: [by], orderBy, limit: MODELS_MAX }),
    askUsage,
  );
  return (
    <PageFrame title={pageName('models')}>
      {answer.data === undefined && answer.error !== undefined ? (
        <Failure error={answer.error} again={answer.again} />
      ) : (
        <>
          <CostNotices answer={answer.data} answeredAtMs={answer.answeredAtMs} />
          <div className={styles.halves}>
            <UsageOverTime
              title={t('models.spend', 'Spend over time')}
              metric="cost"
              by={by}
              byOptions={['model', 'provider']}
              onBy={(next) => change({ by: next as 'model' | 'provider' })}
              height={210}
            />
            <ModelMap answer={answer} by={by} />
          </div>
          <ModelTable
            answer={answer}
            by={by}
            sorting={{ by: sort, direction }}
            onSort={(next) => change({ sort: next.by as (typeof MODEL_METRICS)[number], direction: next.direction })}
          />
        </>
      )}
    </PageFrame>
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
