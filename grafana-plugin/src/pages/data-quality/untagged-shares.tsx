import { t } from '@grafana/i18n';
import { useMemo } from 'react';
import { useAnswer } from '../../answers/use-answer.ts';
import { numberIn, type UsageAnswer } from '../../api/usage-answer.ts';
import { askUsage } from '../../api/usage-api.ts';
import { UNTAGGED, type UsageQuestion } from '../../api/usage-question.ts';
import { usePeriod } from '../../app/period.tsx';
import { useFormats } from '../../app/use-formats.ts';
import { BarList } from '../../charts/bar-list.tsx';
import { Panel } from '../../components/panel.tsx';
import { fieldName } from '../../usage/names.ts';
import { inPeriod } from '../../usage/questions.ts';

const TAGS = [
  'customer_id',
  'feature_name',
  'team',
  'environment',
  'business_unit',
  'user',
  'virtual_account',
] as const;

/** How many calls lack each tag: what has no tag can be charged to nobody. */
export function UntaggedShares() {
  const period = usePeriod();
  const formats = useFormats();
  const question = useMemo(
    () =>
      TAGS.map((tag) =>
        inPeriod(period, {
          metrics: ['calls'],
          groupBy: [tag],
          limit: 1,
          filters: [{ field: tag, op: 'eq', value: UNTAGGED }],
        }),
      ),
    [period],
  );
  const answer = useAnswer({ whole: inPeriod(period, { metrics: ['calls'] }), parts: question }, askShares);
  return (
    <Panel
      title={t('quality.tags', 'Calls without a tag')}
      description={t('quality.tags-hint', 'Share of the calls that do not say who or what they were for.')}
      answer={answer}
      height={180}
      isEmpty={({ whole }) => whole === 0}
    >
      {({ whole, parts }) => (
        <BarList
          bars={TAGS.map((tag, index) => {
            const share = (parts[index] ?? 0) / whole;
            return {
              key: tag,
              label: fieldName(tag),
              share,
              value: formats.percent(share),
              exact: formats.count(parts[index] ?? 0),
            };
          }).sort((a, b) => b.share - a.share)}
        />
      )}
    </Panel>
  );
}

async function askShares(
  question: { readonly whole: UsageQuestion; readonly parts: readonly UsageQuestion[] },
  signal: AbortSignal,
) {
  const [whole, ...parts] = await Promise.all([question.whole, ...question.parts].map((one) => askUsage(one, signal)));
  const calls = (answer: UsageAnswer | undefined): number => numberIn(answer?.total.now ?? null, 'calls') ?? 0;
  return { whole: calls(whole), parts: parts.map(calls) };
}
