import { t } from '@grafana/i18n';
import type { AskedAnswer } from '../../answers/use-answer.ts';
import { numberIn, type UsageAnswer } from '../../api/usage-answer.ts';
import { useFormats } from '../../app/use-formats.ts';
import { BarList } from '../../charts/bar-list.tsx';
import { Donut } from '../../charts/donut.tsx';
import { Panel } from '../../components/panel.tsx';
import { tokenKinds } from '../../domain/token-kinds.ts';

/** Tokens by what they are billed as: each is in one kind. */
export function TokenKindsPanel({ totals }: { totals: AskedAnswer<UsageAnswer> }) {
  const formats = useFormats();
  return (
    <Panel
      title={t('overview.token-kinds', 'Tokens by kind')}
      description={t(
        'overview.token-kinds-hint',
        'Cache reads and writes are part of the input, reasoning is part of the output. Here each token is counted once.',
      )}
      answer={totals}
      height={190}
      isEmpty={({ total }) => total.now['tokens'] === 0}
    >
      {({ total: { now } }) => {
        const kinds = tokenKinds(now);
        const parts = [
          { key: 'uncached', label: t('tokens.uncached', 'Input'), count: kinds.uncached },
          { key: 'cache-read', label: t('tokens.cache-read', 'Cache read'), count: kinds.cacheRead },
          { key: 'cache-write', label: t('tokens.cache-write', 'Cache write'), count: kinds.cacheWrite },
          { key: 'answer', label: t('tokens.answer', 'Output'), count: kinds.answer },
          { key: 'reasoning', label: t('tokens.reasoning', 'Reasoning'), count: kinds.reasoning },
        ];
        const largest = parts.reduce((max, { count }) => (count > max ? count : max), 1n);
        return (
          <>
            <Donut
              label={t('overview.token-kinds', 'Tokens by kind')}
              parts={parts.map(({ key, count }) => ({ key, size: Number(count) }))}
              middle={formats.shortCount(numberIn(now, 'tokens'))}
              below={t('tokens.total', 'tokens')}
            />
            <BarList
              bars={parts.map(({ key, label, count }, index) => ({
                key,
                label,
                share: Number((count * 10_000n) / largest) / 10_000,
                value: formats.shortCount(count.toString()),
                exact: formats.count(count.toString()),
                series: index,
              }))}
            />
          </>
        );
      }}
    </Panel>
  );
}
