import { t } from '@grafana/i18n';
import { Link } from 'react-router-dom';
import type { Budget } from '../../api/quota-answer.ts';
import { amountIn, type ComparedRow, numberIn } from '../../api/usage-answer.ts';
import type { Links } from '../../app/links.ts';
import { ShareBar } from '../../charts/share-bar.tsx';
import { Sparkline } from '../../charts/sparkline.tsx';
import { ChangeBadge } from '../../components/change-badge.tsx';
import type { Column } from '../../components/data-table.tsx';
import { amountChange } from '../../domain/change.ts';
import { type Formats, UNKNOWN } from '../../domain/format.ts';
import { shareIn } from '../../domain/money.ts';
import { BudgetBar } from '../../quotas/budget-bar.tsx';
import { burnNow } from '../../quotas/budget-names.ts';
import { RunsOut } from '../../quotas/runs-out.tsx';
import { StateBadge } from '../../quotas/state-badge.tsx';

/** A customer with what other questions know of it. */
export interface CustomerRow extends ComparedRow {
  readonly id: string;
  readonly plan: string;
  readonly trend: readonly (number | null)[];
  /** Its most pressing budget. */
  readonly budget: Budget | undefined;
}

interface Shown {
  /** Cost of everybody. */
  readonly whole: string;
  readonly hasMargin: boolean;
  /** False where the collector keeps no quotas. */
  readonly hasQuotas: boolean;
}

/** The columns of a list of customers: what each costs, and how its quota stands or else what it does. */
export function customerColumns(formats: Formats, links: Links, shown: Shown): readonly Column<CustomerRow>[] {
  const { whole, hasMargin, hasQuotas } = shown;
  const money = (metric: string, header: string): Column<CustomerRow> => ({
    id: metric,
    header,
    isSortable: true,
    isNumber: true,
    cell: ({ now }) => formats.money(amountIn(now, metric)),
    title: ({ now }) => formats.exactMoney(amountIn(now, metric)),
  });
  return [
    {
      id: 'customer_id',
      header: t('column.customer', 'Customer'),
      isSortable: true,
      cell: ({ id }) => (
        <Link to={links.customer(id)}>
          <bdi>{id}</bdi>
        </Link>
      ),
      title: ({ id }) => id,
    },
    { id: 'plan', header: t('column.plan', 'Plan'), from: 'md', cell: ({ plan }) => plan },
    money('cost', t('column.spend', 'Spend')),
    {
      id: 'change',
      from: 'md',
      header: t('column.change', 'Change'),
      isNumber: true,
      cell: ({ now, before }) => (
        <ChangeBadge
          change={amountChange(amountIn(now, 'cost'), before === null ? undefined : amountIn(before, 'cost'))}
          before={formats.money(amountIn(before, 'cost'))}
        />
      ),
    },
    {
      id: 'trend',
      from: 'md',
      header: t('column.trend', 'Trend'),
      cell: ({ trend }) => <Sparkline values={trend} width={96} height={22} />,
    },
    ...(hasMargin ? [money('margin', t('column.margin', 'Margin'))] : []),
    {
      id: 'calls',
      // Beside a quota there is room for one count less.
      from: hasQuotas ? 'xxl' : 'md',
      header: t('column.calls', 'Calls'),
      isSortable: true,
      isNumber: true,
      cell: ({ now }) => formats.count(numberIn(now, 'calls')),
    },
    ...(hasQuotas ? quotaColumns(formats) : usageColumns(formats, money, whole)),
  ];
}

function quotaColumns(formats: Formats): readonly Column<CustomerRow>[] {
  return [
    {
      id: 'used_ratio',
      header: t('column.quota', 'Quota used'),
      isSortable: true,
      cell: ({ budget }) => (budget === undefined ? UNKNOWN : <BudgetBar budget={budget} inCell />),
    },
    {
      id: 'state',
      header: t('quotas.state', 'State'),
      cell: ({ budget }) => (budget === undefined ? '' : <StateBadge budget={budget} />),
    },
    {
      id: 'burn',
      header: t('quotas.burn', 'Burn'),
      isSortable: true,
      isNumber: true,
      cell: ({ budget }) => (budget === undefined ? '' : formats.rate(burnNow(budget)?.rate ?? null)),
      title: ({ budget }) =>
        budget?.burn_rates.map(({ window, rate }) => `${window} ${formats.rate(rate)}`).join(' · '),
    },
    {
      id: 'exhausts_at',
      header: t('quotas.exhausts', 'Used up'),
      isSortable: true,
      cell: ({ budget }) => (budget === undefined ? '' : <RunsOut budget={budget} />),
    },
  ];
}

function usageColumns(
  formats: Formats,
  money: (metric: string, header: string) => Column<CustomerRow>,
  whole: string,
): readonly Column<CustomerRow>[] {
  return [
    {
      id: 'share',
      header: t('column.share', 'Share'),
      cell: ({ now }) => <ShareBar share={shareIn(amountIn(now, 'cost'), whole)} />,
    },
    {
      id: 'tokens',
      header: t('column.tokens', 'Tokens'),
      isSortable: true,
      isNumber: true,
      cell: ({ now }) => formats.shortCount(numberIn(now, 'tokens')),
      title: ({ now }) => formats.count(amountIn(now, 'tokens')),
    },
    money('cost_per_call', t('column.cost-per-call', 'Per call')),
    {
      id: 'error_rate',
      header: t('column.errors', 'Failed'),
      isSortable: true,
      isNumber: true,
      cell: ({ now }) => formats.percent(numberIn(now, 'error_rate')),
    },
  ];
}
