import { t } from '@grafana/i18n';
import { useMemo } from 'react';
import { useAnswer } from '../answers/use-answer.ts';
import { amountIn, textIn } from '../api/usage-answer.ts';
import { askUsage } from '../api/usage-api.ts';
import { type Filter, OTHER, UNTAGGED } from '../api/usage-question.ts';
import { usePeriod } from '../app/period.tsx';
import { useFormats } from '../app/use-formats.ts';
import { type Bar, BarList } from '../charts/bar-list.tsx';
import { ChangeBadge } from '../components/change-badge.tsx';
import { ExportMenu } from '../components/export-menu.tsx';
import { Panel } from '../components/panel.tsx';
import { amountChange } from '../domain/change.ts';
import { shareOf } from '../domain/money.ts';
import { comparedInPeriod } from './questions.ts';

interface BreakdownProps {
  readonly title: string;
  readonly by: string;
  readonly filters?: readonly Filter[];
  readonly limit?: number;
  readonly href?: (value: string) => string;
  readonly className?: string;
}

const NO_FILTERS: readonly Filter[] = [];

/** Cost by one field, the largest first, each with its change. The rest is one bar, so that all add up to the total. */
export function Breakdown({ title, by, filters = NO_FILTERS, limit = 7, href, className = '' }: BreakdownProps) {
  const period = usePeriod();
  const formats = useFormats();
  const answer = useAnswer(
    comparedInPeriod(period, {
      metrics: ['cost', 'calls', 'tokens'],
      groupBy: [by],
      filters,
      limit,
      orderBy: { field: 'cost', direction: 'desc' },
    }),
    askUsage,
  );
  const rows = useMemo(() => answer.data?.rows.map(({ now }) => now) ?? [], [answer.data]);
  return (
    <Panel
      title={title}
      answer={answer}
      height={150}
      className={className}
      isEmpty={({ rows }) => rows.length === 0}
      actions={<ExportMenu fileName={`costspan-cost-by-${by}`} columns={[by, 'cost', 'calls', 'tokens']} rows={rows} />}
    >
      {({ rows, total }) => {
        const whole = amountIn(total.now, 'cost') ?? '0';
        // A group that was there only in the period before has moved, but is no part of this one.
        const bars = rows
          .filter(({ now }) => now['calls'] !== 0)
          .map(({ now, before }): Bar => {
            const name = textIn(now, by);
            const cost = amountIn(now, 'cost');
            const isRest = name === OTHER || name === UNTAGGED;
            return {
              key: name,
              label: name,
              share: cost === null ? 0 : (shareOf(cost, whole) ?? 0),
              value: formats.money(cost),
              exact: t('breakdown.exact', '{{amount}} · {{share}} of the total', {
                amount: formats.exactMoney(cost),
                share: formats.percent(cost === null ? null : shareOf(cost, whole)),
                interpolation: { escapeValue: false },
              }),
              isRest,
              ...(href === undefined || isRest ? {} : { href: href(name) }),
              after: (
                <ChangeBadge
                  change={amountChange(cost, before === null ? undefined : amountIn(before, 'cost'))}
                  before={formats.money(amountIn(before, 'cost'))}
                />
              ),
            };
          });
        const longest = Math.max(...bars.map(({ share }) => share), 0);
        return <BarList bars={bars.map((bar) => ({ ...bar, share: longest === 0 ? 0 : bar.share / longest }))} />;
      }}
    </Panel>
  );
}
