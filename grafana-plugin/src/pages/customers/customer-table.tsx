import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, useStyles2 } from '@grafana/ui';
import { useMemo } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import type { AskedAnswer } from '../../answers/use-answer.ts';
import { useAnswer } from '../../answers/use-answer.ts';
import { amountIn, type ComparedRow, numberIn, textIn, type UsageAnswer } from '../../api/usage-answer.ts';
import { askUsage } from '../../api/usage-api.ts';
import { useLinks } from '../../app/links.ts';
import { usePeriod } from '../../app/period.tsx';
import { useFormats } from '../../app/use-formats.ts';
import { ShareBar } from '../../charts/share-bar.tsx';
import { Sparkline } from '../../charts/sparkline.tsx';
import { ChangeBadge } from '../../components/change-badge.tsx';
import { type Column, DataTable, type Sorting } from '../../components/data-table.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { Panel } from '../../components/panel.tsx';
import { Nothing } from '../../components/states/nothing.tsx';
import { amountChange } from '../../domain/change.ts';
import { shareOf } from '../../domain/money.ts';
import { inPeriod } from '../../usage/questions.ts';

interface CustomerTableProps {
  readonly answer: AskedAnswer<UsageAnswer>;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
  readonly isFirst: boolean;
  readonly isFiltered: boolean;
  readonly onClear: () => void;
  readonly onPage: (cursor: string) => void;
}

/** One page of customers. */
export function CustomerTable({ answer, sorting, onSort, isFirst, isFiltered, onClear, onPage }: CustomerTableProps) {
  const styles = useStyles2(getStyles);
  const formats = useFormats();
  const links = useLinks();
  const period = usePeriod();
  const navigate = useNavigate();
  const rows = useMemo(() => answer.data?.rows ?? [], [answer.data]);
  const ids = useMemo(() => rows.map(({ now }) => textIn(now, 'customer_id')), [rows]);
  const onlyShown = [{ field: 'customer_id', op: 'in', value: ids }] as const;
  const trends = useAnswer(
    ids.length === 0
      ? null
      : inPeriod(period, {
          metrics: ['cost'],
          groupBy: ['customer_id'],
          grain: period.grain,
          fill: 'zero',
          filters: onlyShown,
          limit: ids.length,
        }),
    askUsage,
  );
  const plans = useAnswer(
    ids.length === 0
      ? null
      : inPeriod(period, {
          metrics: ['calls'],
          groupBy: ['customer_id', 'tag.plan'],
          filters: onlyShown,
          limit: 4 * ids.length,
        }),
    askUsage,
  );
  const trendOf = useMemo(() => valuesByCustomer(trends.data, 'cost'), [trends.data]);
  const planOf = useMemo(() => plansByCustomer(plans.data), [plans.data]);
  const whole = amountIn(answer.data?.total.now ?? null, 'cost') ?? '0';
  const hasMargin = rows.some(({ now }) => amountIn(now, 'margin') !== null);
  const columns: Column<ComparedRow>[] = [
    {
      id: 'customer_id',
      header: t('column.customer', 'Customer'),
      isSortable: true,
      cell: ({ now }) => <Link to={links.customer(textIn(now, 'customer_id'))}>{textIn(now, 'customer_id')}</Link>,
      title: ({ now }) => textIn(now, 'customer_id'),
    },
    { id: 'plan', header: t('column.plan', 'Plan'), cell: ({ now }) => planOf.get(textIn(now, 'customer_id')) ?? '' },
    {
      id: 'cost',
      header: t('column.spend', 'Spend'),
      isSortable: true,
      isNumber: true,
      cell: ({ now }) => formats.money(amountIn(now, 'cost')),
      title: ({ now }) => formats.exactMoney(amountIn(now, 'cost')),
    },
    {
      id: 'share',
      header: t('column.share', 'Share'),
      cell: ({ now }) => <ShareBar share={shareOf(amountIn(now, 'cost') ?? '0', whole)} />,
    },
    {
      id: 'change',
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
      header: t('column.trend', 'Trend'),
      cell: ({ now }) => <Sparkline values={trendOf.get(textIn(now, 'customer_id')) ?? []} width={110} height={22} />,
    },
    ...(hasMargin
      ? [
          {
            id: 'margin',
            header: t('column.margin', 'Margin'),
            isSortable: true,
            isNumber: true,
            cell: ({ now }: ComparedRow) => formats.money(amountIn(now, 'margin')),
            title: ({ now }: ComparedRow) => formats.exactMoney(amountIn(now, 'margin')),
          },
        ]
      : []),
    {
      id: 'calls',
      header: t('column.calls', 'Calls'),
      isSortable: true,
      isNumber: true,
      cell: ({ now }) => formats.count(numberIn(now, 'calls')),
    },
    {
      id: 'tokens',
      header: t('column.tokens', 'Tokens'),
      isSortable: true,
      isNumber: true,
      cell: ({ now }) => formats.shortCount(numberIn(now, 'tokens')),
      title: ({ now }) => formats.count(amountIn(now, 'tokens')),
    },
    {
      id: 'cost_per_call',
      header: t('column.cost-per-call', 'Per call'),
      isSortable: true,
      isNumber: true,
      cell: ({ now }) => formats.money(amountIn(now, 'cost_per_call')),
      title: ({ now }) => formats.exactMoney(amountIn(now, 'cost_per_call')),
    },
    {
      id: 'error_rate',
      header: t('column.errors', 'Failed'),
      isSortable: true,
      isNumber: true,
      cell: ({ now }) => formats.percent(numberIn(now, 'error_rate')),
    },
  ];
  const exported = rows.map(({ now }) => ({ ...now, plan: planOf.get(textIn(now, 'customer_id')) ?? null }));
  return (
    <Panel
      title={t('customers.list', 'Customers by spend')}
      answer={answer}
      height={480}
      isEmpty={({ rows }) => rows.length === 0}
      empty={
        <Nothing title={t('customers.none', 'No customer here')}>
          {isFiltered ? (
            <Button variant="secondary" onClick={onClear}>
              {t('customers.clear', 'Remove search and filters')}
            </Button>
          ) : (
            <p>
              {t('customers.tag', 'Calls in this time carry no customer_id. Add it with withTags({ customer_id }).')}
            </p>
          )}
        </Nothing>
      }
      actions={
        <ExportMenu
          fileName="costspan-customers"
          columns={['customer_id', 'plan', 'cost', 'margin', 'calls', 'tokens', 'cost_per_call', 'error_rate']}
          rows={exported}
        />
      }
    >
      {({ next_cursor }) => (
        <>
          <DataTable
            label={t('customers.list', 'Customers by spend')}
            columns={columns}
            rows={rows}
            rowKey={({ now }) => textIn(now, 'customer_id')}
            sorting={sorting}
            onSort={onSort}
          />
          {(!isFirst || next_cursor !== null) && (
            <nav className={styles.pages} aria-label={t('customers.pages', 'Pages')}>
              <Button variant="secondary" size="sm" icon="angle-left" disabled={isFirst} onClick={() => navigate(-1)}>
                {t('customers.previous', 'Previous')}
              </Button>
              <Button
                variant="secondary"
                size="sm"
                disabled={next_cursor === null}
                onClick={() => next_cursor !== null && onPage(next_cursor)}
              >
                {t('customers.next', 'Next')}
              </Button>
            </nav>
          )}
        </>
      )}
    </Panel>
  );
}

function valuesByCustomer(
  answer: UsageAnswer | undefined,
  metric: string,
): ReadonlyMap<string, readonly (number | null)[]> {
  const byCustomer = new Map<string, (number | null)[]>();
  for (const { now } of answer?.rows ?? []) {
    const id = textIn(now, 'customer_id');
    byCustomer.set(id, [...(byCustomer.get(id) ?? []), numberIn(now, metric)]);
  }
  return byCustomer;
}

/** A customer that changed its plan in this time has both. */
function plansByCustomer(answer: UsageAnswer | undefined): ReadonlyMap<string, string> {
  const byCustomer = new Map<string, string>();
  for (const { now } of answer?.rows ?? []) {
    const plan = textIn(now, 'tag.plan');
    const id = textIn(now, 'customer_id');
    if (plan.startsWith('(')) continue;
    const known = byCustomer.get(id);
    byCustomer.set(id, known === undefined ? plan : `${known}, ${plan}`);
  }
  return byCustomer;
}

const getStyles = (theme: GrafanaTheme2) => ({
  pages: css({ display: 'flex', justifyContent: 'flex-end', gap: theme.spacing(1), paddingTop: theme.spacing(1) }),
});
