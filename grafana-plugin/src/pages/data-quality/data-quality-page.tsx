import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import { useAnswer } from '../../answers/use-answer.ts';
import { numberIn, type UsageAnswer } from '../../api/usage-answer.ts';
import { askUsage } from '../../api/usage-api.ts';
import { UNTAGGED } from '../../api/usage-question.ts';
import { pageName } from '../../app/links.ts';
import { usePeriod } from '../../app/period.tsx';
import { isOne } from '../../app/translations.ts';
import { useFormats } from '../../app/use-formats.ts';
import { PageFrame } from '../../components/page-frame.tsx';
import { type Stat, StatRow } from '../../components/stat-row.tsx';
import { Failure } from '../../components/states/failure.tsx';
import { countChange } from '../../domain/change.ts';
import type { Formats } from '../../domain/format.ts';
import { comparedInPeriod } from '../../usage/questions.ts';
import { Reconcile } from './reconcile.tsx';
import { StatusOverTime } from './status-over-time.tsx';
import { UnpricedModels } from './unpriced-models.tsx';
import { UntaggedShares } from './untagged-shares.tsx';

/** What the numbers of the other pages do not hold, and what to do about it. */
export function DataQualityPage() {
  const styles = useStyles2(getStyles);
  const period = usePeriod();
  const formats = useFormats();
  const totals = useAnswer(
    comparedInPeriod(period, { metrics: ['calls', 'unpriced_calls', 'estimated_calls', 'late_calls'] }),
    askUsage,
  );
  const untagged = useAnswer(
    comparedInPeriod(period, { metrics: ['calls'], filters: [{ field: 'customer_id', op: 'eq', value: UNTAGGED }] }),
    askUsage,
  );
  const { data, error } = totals;
  const stat = ({ total: { now, before } }: UsageAnswer, metric: string, label: string): Stat => {
    const calls = numberIn(now, 'calls') ?? 0;
    return {
      label,
      value: formats.percent(calls === 0 ? null : (numberIn(now, metric) ?? 0) / calls),
      note: callsText(numberIn(now, metric) ?? 0, formats),
      change: countChange(numberIn(now, metric), before === null ? undefined : numberIn(before, metric)),
      good: 'down',
    };
  };
  return (
    <PageFrame title={pageName('dataQuality')}>
      {data === undefined && error !== undefined ? (
        <Failure error={error} again={totals.again} />
      ) : (
        <>
          <StatRow
            answer={totals}
            stats={(answer) => [
              stat(answer, 'unpriced_calls', t('quality.unpriced', 'Without a price')),
              {
                label: t('quality.untagged', 'Without a customer'),
                value: formats.percent(shareOfCalls(untagged.data, answer)),
                note: callsText(numberIn(untagged.data?.total.now ?? null, 'calls') ?? 0, formats),
              },
              stat(answer, 'estimated_calls', t('quality.estimated', 'Estimated counts')),
              lateStat(stat(answer, 'late_calls', t('quality.late', 'Arrived late')), answer),
            ]}
          />
          <div className={styles.halves}>
            <StatusOverTime />
            <UnpricedModels />
          </div>
          <div className={styles.halves}>
            <UntaggedShares />
            <Reconcile />
          </div>
        </>
      )}
    </PageFrame>
  );
}

function callsText(calls: number, formats: Formats): string {
  return isOne(calls)
    ? t('quality.calls-one', 'one call')
    : t('quality.calls', '{{count}} calls', { count: formats.count(calls) });
}

/** Where most calls came late a past was filled in: nothing that anybody had seen has changed, and nothing got worse. */
function lateStat(stat: Stat, { total: { now } }: UsageAnswer): Stat {
  const late = numberIn(now, 'late_calls') ?? 0;
  if (late === 0 || 2 * late < (numberIn(now, 'calls') ?? 0)) return stat;
  return { label: stat.label, value: stat.value, note: t('quality.filled-in', 'a past was filled in') };
}

function shareOfCalls(part: UsageAnswer | undefined, whole: UsageAnswer): number | null {
  const [few, all] = [numberIn(part?.total.now ?? null, 'calls'), numberIn(whole.total.now, 'calls')];
  return few === null || all === null || all === 0 ? null : few / all;
}

const getStyles = (theme: GrafanaTheme2) => ({
  halves: css({
    display: 'grid',
    gap: theme.spacing(1.5),
    gridTemplateColumns: 'repeat(2, minmax(0, 1fr))',
    [theme.breakpoints.down('lg')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
});
