import { t } from '@grafana/i18n';
import { Button } from '@grafana/ui';
import { type ReactNode, useMemo } from 'react';
import type { AskedAnswer } from '../../answers/use-answer.ts';
import { useAnswer } from '../../answers/use-answer.ts';
import { amountIn, numberIn, textIn, type UsageAnswer } from '../../api/usage-answer.ts';
import { askUsage } from '../../api/usage-api.ts';
import { useLinks } from '../../app/links.ts';
import { usePeriod } from '../../app/period.tsx';
import { useFormats } from '../../app/use-formats.ts';
import { DataTable, type Sorting } from '../../components/data-table.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { Pager } from '../../components/pager.tsx';
import { Panel } from '../../components/panel.tsx';
import { Nothing } from '../../components/states/nothing.tsx';
import { urgentBudget } from '../../domain/urgent-budget.ts';
import { inPeriod } from '../../usage/questions.ts';
import { askBudgetsOf, type CustomersPage } from './ask-customers.ts';
import { type CustomerRow, customerColumns } from './customer-columns.tsx';

interface CustomerTableProps {
  readonly answer: AskedAnswer<CustomersPage>;
  /** What narrows the list. A collector may keep no quotas. */
  readonly controls: (hasQuotas: boolean) => ReactNode;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
  readonly isFirst: boolean;
  readonly isFiltered: boolean;
  readonly onClear: () => void;
  readonly onPage: (cursor: string) => void;
}

/** One page of customers: what they cost, and how near they are to their limits. */
export function CustomerTable(props: CustomerTableProps) {
  const { answer, controls, sorting, onSort, isFirst, isFiltered, onClear, onPage } = props;
  const formats = useFormats();
  const links = useLinks();
  const rows = useCustomerRows(answer.data);
  const columns = customerColumns(formats, links, {
    whole: amountIn(answer.data?.usage.total.now ?? null, 'cost') ?? '0',
    hasMargin: rows.list.some(({ now }) => amountIn(now, 'margin') !== null),
    hasQuotas: rows.hasQuotas,
  });
  return (
    <Panel
      title={t('customers.list', 'Customers by spend')}
      answer={answer}
      height={480}
      isEmpty={(data) => data.rows.length === 0}
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
        <>
          {controls(rows.hasQuotas)}
          <ExportMenu fileName="costspan-customers" columns={EXPORTED} rows={rows.list.map(exported)} />
        </>
      }
    >
      {({ next }) => (
        <>
          <DataTable
            label={t('customers.list', 'Customers by spend')}
            columns={columns}
            rows={rows.list}
            rowKey={({ id }) => id}
            sorting={sorting}
            onSort={onSort}
          />
          <Pager isFirst={isFirst} next={next} onPage={onPage} />
        </>
      )}
    </Panel>
  );
}

/** The rows of a page with their trends, plans and budgets: one question each for all of them, and none holds the others up. */
function useCustomerRows(page: CustomersPage | undefined) {
  const period = usePeriod();
  const shown = useMemo(() => page?.rows ?? [], [page]);
  const ids = useMemo(() => shown.map(({ now }) => textIn(now, 'customer_id')), [shown]);
  const isNobody = ids.length === 0;
  const filters = [{ field: 'customer_id', op: 'in', value: ids }] as const;
  const trends = useAnswer(
    isNobody
      ? null
      : inPeriod(period, {
          metrics: ['cost'],
          groupBy: ['customer_id'],
          grain: period.grain,
          fill: 'zero',
          filters,
          limit: ids.length,
        }),
    askUsage,
  );
  const plans = useAnswer(
    isNobody
      ? null
      : inPeriod(period, {
          metrics: ['calls'],
          groupBy: ['customer_id', 'tag.plan'],
          filters,
          limit: 4 * ids.length,
        }),
    askUsage,
  );
  const budgets = useAnswer(isNobody ? null : { ids }, askBudgetsOf);
  const list = useMemo(() => {
    const trendOf = trendsByCustomer(trends.data);
    const planOf = plansByCustomer(plans.data);
    return shown.map((row): CustomerRow => {
      const id = textIn(row.now, 'customer_id');
      return {
        ...row,
        id,
        plan: planOf.get(id) ?? '',
        trend: trendOf.get(id) ?? [],
        budget: urgentBudget(budgets.data?.[id] ?? []),
      };
    });
  }, [shown, trends.data, plans.data, budgets.data]);
  return { list, hasQuotas: budgets.data !== null && (budgets.data !== undefined || budgets.error === undefined) };
}

function trendsByCustomer(answer: UsageAnswer | undefined): ReadonlyMap<string, readonly (number | null)[]> {
  const byCustomer = new Map<string, (number | null)[]>();
  for (const { now } of answer?.rows ?? []) {
    const id = textIn(now, 'customer_id');
    byCustomer.set(id, [...(byCustomer.get(id) ?? []), numberIn(now, 'cost')]);
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

const EXPORTED = [
  'customer_id',
  'plan',
  'cost',
  'margin',
  'calls',
  'tokens',
  'cost_per_call',
  'error_rate',
  'quota_rule',
  'quota_state',
  'quota_unit',
  'quota_used',
  'quota_limit',
  'exhausts_at',
];

function exported({ now, plan, budget }: CustomerRow) {
  return {
    ...now,
    plan: plan === '' ? null : plan,
    quota_rule: budget?.rule_id ?? null,
    quota_state: budget?.state ?? null,
    quota_unit: budget?.unit ?? null,
    quota_used: budget?.used ?? null,
    quota_limit: budget?.limit ?? null,
    exhausts_at: budget?.exhausts_at ?? null,
  };
}
