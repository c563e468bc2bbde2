import { t } from '@grafana/i18n';
import { lazy, Suspense, useMemo } from 'react';
import { useAnswer } from '../../answers/use-answer.ts';
import { amountIn } from '../../api/usage-answer.ts';
import { askUsage } from '../../api/usage-api.ts';
import type { Filter } from '../../api/usage-question.ts';
import { pageName } from '../../app/links.ts';
import { usePeriod } from '../../app/period.tsx';
import { useUrlState } from '../../app/use-url-state.ts';
import { CostNotices } from '../../components/cost-notices.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Panel } from '../../components/panel.tsx';
import { Skeleton } from '../../components/states/skeleton.tsx';
import { type FilterTextOp, readFilter, takesValue } from '../../domain/filter-text.ts';
import { metricName } from '../../usage/metrics.ts';
import { comparedInPeriod, inPeriod } from '../../usage/questions.ts';
import { ExploreControls } from './explore-controls.tsx';
import { PARAMS } from './explore-state.ts';
import { ExploreTable } from './explore-table.tsx';

// Grafana's own charts come with Scenes, which is larger than all the rest: only this page loads it.
const ExploreChart = lazy(async () => ({ default: (await import('./explore-chart.tsx')).ExploreChart }));

const CHART_HEIGHT = 300;
const PIVOT_PAIRS_MAX = 200;

/** Any metric by any tags over any time. The address is the question. */
export function ExplorePage() {
  const period = usePeriod();
  const [state, change] = useUrlState(PARAMS);
  const { metric, by, top } = state;
  const grain = state.grain === 'auto' ? period.grain : state.grain;
  const filters = useMemo(() => state.where.flatMap(apiFilter), [state.where]);
  const shared = { groupBy: by, filters, orderBy: { field: metric, direction: 'desc' as const }, limit: Number(top) };
  const metrics = metric === 'calls' ? ['calls'] : [metric, 'calls'];
  const overTime = useAnswer(inPeriod(period, { ...shared, metrics: [metric], grain }), askUsage);
  // A pivot wants every pair, not only the largest ones.
  const isPivot = state.view === 'pivot' && by.length === 2;
  const groups = useAnswer(
    comparedInPeriod(period, { ...shared, ...(isPivot ? { limit: PIVOT_PAIRS_MAX } : {}), metrics }),
    askUsage,
  );
  return (
    <PageFrame title={pageName('explore')}>
      <ExploreControls state={state} change={change} />
      <CostNotices answer={groups.data} answeredAtMs={groups.answeredAtMs} />
      <Panel
        title={t('explore.over-time', '{{metric}} over time', { metric: metricName(metric) })}
        answer={overTime}
        height={CHART_HEIGHT}
        isEmpty={({ rows }) => rows.length === 0}
        empty={t('explore.empty', 'No calls in this time pass the filters. Remove a filter or choose a longer time.')}
      >
        {(data) => (
          <Suspense fallback={<Skeleton height={CHART_HEIGHT} />}>
            <ExploreChart answer={data} metric={metric} by={by} style={state.style} height={CHART_HEIGHT} />
          </Suspense>
        )}
      </Panel>
      <ExploreTable
        answer={groups}
        metric={metric}
        by={by}
        view={state.view}
        onView={(view) => change({ view })}
        total={amountIn(groups.data?.total.now ?? null, metric)}
      />
    </PageFrame>
  );
}

const API_OPS = {
  eq: 'eq',
  neq: 'neq',
  contains: 'contains',
  starts_with: 'starts_with',
  exists: 'exists',
  not_exists: 'not_exists',
} as const satisfies Record<FilterTextOp, Filter['op']>;

function apiFilter(written: string): Filter[] {
  const filter = readFilter(written);
  if (filter === undefined) return [];
  const { field, op, value } = filter;
  return [takesValue(op) ? { field, op: API_OPS[op], value } : { field, op: API_OPS[op] }];
}
