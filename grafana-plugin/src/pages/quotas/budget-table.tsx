import { dateTimeFormat } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Link } from 'react-router-dom';
import type { AskedAnswer } from '../../answers/use-answer.ts';
import type { Budget, QuotaStatus } from '../../api/quota-answer.ts';
import { useLinks } from '../../app/links.ts';
import { useFormats } from '../../app/use-formats.ts';
import { BurnStrip } from '../../charts/burn-strip.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { Pager } from '../../components/pager.tsx';
import { Panel } from '../../components/panel.tsx';
import { BudgetBar } from '../../quotas/budget-bar.tsx';
import { amountText, bucketName, budgetKey } from '../../quotas/budget-names.ts';
import { RunsOut } from '../../quotas/runs-out.tsx';
import { StateBadge } from '../../quotas/state-badge.tsx';

interface BudgetTableProps {
  readonly answer: AskedAnswer<QuotaStatus>;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly isFirst: boolean;
  readonly onPage: (cursor: string) => void;
}

/** Budgets with everything that is known of them. */
export function BudgetTable({ answer, sort, onSort, isFirst, onPage }: BudgetTableProps) {
  const formats = useFormats();
  const links = useLinks();
  const budgets = answer.data?.budgets ?? [];
  const columns: readonly Column<Budget>[] = [
    {
      id: 'bucket',
      header: t('quotas.who', 'Who'),
      isSortable: true,
      cell: (budget) => {
        const { customer_id: customer } = budget.bucket;
        return customer === undefined ? (
          bucketName(budget)
        ) : (
          <Link to={links.customer(customer)}>{bucketName(budget)}</Link>
        );
      },
      title: (budget) => `${bucketName(budget)} · ${budget.rule_id}`,
    },
    {
      id: 'rule',
      from: 'xxl',
      header: t('quotas.rule', 'Rule'),
      cell: ({ rule_id }) => rule_id,
      title: ({ rule_id, limit_id }) => `${rule_id} · ${limit_id}`,
    },
    { id: 'state', header: t('quotas.state', 'State'), cell: (budget) => <StateBadge budget={budget} /> },
    {
      id: 'used_ratio',
      header: t('quotas.used-share', 'Used'),
      isSortable: true,
      cell: (budget) => <BudgetBar budget={budget} inCell />,
    },
    {
      id: 'used',
      from: 'md',
      header: t('quotas.used-of', 'Used of limit'),
      isNumber: true,
      isSortable: true,
      cell: ({ unit, used, limit }) => `${amountText(unit, used, formats)} / ${amountText(unit, limit, formats)}`,
      title: ({ used, reserved, limit, remaining, unit }) =>
        t('quotas.exact', '{{used}} used, {{reserved}} reserved, {{remaining}} left of {{limit}} {{unit}}', {
          used,
          reserved,
          remaining,
          limit,
          unit,
        }),
    },
    {
      id: 'burn',
      header: t('quotas.burn', 'Burn'),
      isSortable: true,
      cell: ({ burn_rates }) => <BurnStrip rates={burn_rates} />,
    },
    {
      id: 'projected',
      header: t('quotas.projected', 'At its end'),
      isNumber: true,
      isSortable: true,
      cell: ({ unit, projected }) => amountText(unit, projected?.mid ?? null, formats),
      title: ({ projected }) => (projected === null ? undefined : `${projected.low ?? '?'} – ${projected.high ?? '?'}`),
    },
    {
      id: 'exhausts_at',
      header: t('quotas.exhausts', 'Used up'),
      isSortable: true,
      cell: (budget) => <RunsOut budget={budget} />,
    },
    {
      id: 'resets',
      from: 'xxl',
      header: t('quotas.resets', 'Resets'),
      cell: ({ window }) =>
        window.resets_at === null
          ? ''
          : dateTimeFormat(window.resets_at, { timeZone: window.timezone, format: 'MMM D, HH:mm' }),
      title: ({ window }) => `${window.resets_at ?? ''} ${window.timezone}`,
    },
  ];
  const exported = budgets.map(({ bucket, window, projected, burn_rates: _, alarms: __, ...rest }) => ({
    ...rest,
    bucket: JSON.stringify(bucket),
    window: window.id,
    resets_at: window.resets_at,
    projected: projected?.mid ?? null,
  }));
  return (
    <Panel
      title={t('quotas.budgets', 'Budgets')}
      answer={answer}
      height={260}
      isEmpty={(data) => data.budgets.length === 0}
      empty={t('quotas.none-in-state', 'No budget stands so')}
      actions={<ExportMenu fileName="costspan-quotas" columns={Object.keys(exported[0] ?? {})} rows={exported} />}
    >
      {({ next_cursor }) => (
        <>
          <DataTable
            label={t('quotas.budgets', 'Budgets')}
            columns={columns}
            rows={budgets}
            rowKey={budgetKey}
            sorting={{ by: sort, direction: ASCENDING.has(sort) ? 'asc' : 'desc' }}
            onSort={({ by }) => onSort(by)}
          />
          <Pager isFirst={isFirst} next={next_cursor} onPage={onPage} />
        </>
      )}
    </Panel>
  );
}

/** The API sorts these the lowest first. */
const ASCENDING: ReadonlySet<string> = new Set(['bucket', 'remaining', 'exhausts_at']);
