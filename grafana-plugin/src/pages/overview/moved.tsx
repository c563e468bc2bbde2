import { t } from '@grafana/i18n';
import { useAnswer } from '../../answers/use-answer.ts';
import { amountIn, textIn, type UsageAnswer } from '../../api/usage-answer.ts';
import { askUsage } from '../../api/usage-api.ts';
import { OTHER, UNTAGGED } from '../../api/usage-question.ts';
import { useLinks } from '../../app/links.ts';
import { usePeriod } from '../../app/period.tsx';
import { useFormats } from '../../app/use-formats.ts';
import { BarList } from '../../charts/bar-list.tsx';
import { ChangeBadge } from '../../components/change-badge.tsx';
import { Panel } from '../../components/panel.tsx';
import { amountChange } from '../../domain/change.ts';
import { shareOf } from '../../domain/money.ts';
import { movers, sizeOf } from '../../domain/movers.ts';
import { comparedInPeriod } from '../../usage/questions.ts';

const SHOWN = 6;
/** Customers looked at; smaller ones are folded into one, and no single one of them can have moved far. */
const LOOKED_AT = 1000;

/** Who costs more than in the period before, and who less. */
export function Moved() {
  const period = usePeriod();
  const formats = useFormats();
  const links = useLinks();
  const answer = useAnswer(
    comparedInPeriod(period, { metrics: ['cost'], groupBy: ['customer_id'], limit: LOOKED_AT }),
    askUsage,
  );
  return (
    <Panel
      title={t('overview.moved', 'Who moved')}
      description={t('overview.moved-hint', 'Change of spend against the period before, the largest first.')}
      answer={answer}
      height={150}
      isEmpty={(data) => moved(data).length === 0}
      empty={
        period.compare === 'none'
          ? t('overview.moved-off', 'Choose a period to compare with')
          : t('overview.moved-empty', 'Nothing to compare with in the period before')
      }
    >
      {(data) => {
        const all = moved(data);
        const largest = sizeOf(all[0]?.difference ?? '1');
        return (
          <BarList
            diverging
            bars={all.map(({ name, now, before, difference }) => ({
              key: name,
              label: name,
              share: shareOf(difference, largest) ?? 0,
              value: formats.moneyChange(difference),
              exact: `${formats.exactMoney(before)} → ${formats.exactMoney(now)}`,
              ...(name === OTHER || name === UNTAGGED ? {} : { href: links.customer(name) }),
              after: <ChangeBadge change={amountChange(now, before)} />,
            }))}
          />
        );
      }}
    </Panel>
  );
}

function moved({ rows }: UsageAnswer) {
  const compared = rows.filter(({ before }) => before !== null);
  return movers(
    compared.map(({ now, before }) => ({
      name: textIn(now, 'customer_id'),
      now: amountIn(now, 'cost') ?? '0',
      before: amountIn(before, 'cost') ?? '0',
    })),
    SHOWN,
  );
}
