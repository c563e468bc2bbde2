import type { Budget } from '../../api/quota-answer.ts';
import { type ComparedRow, textIn, type UsageAnswer } from '../../api/usage-answer.ts';
import { askQuotas, askUsage } from '../../api/usage-api.ts';
import type { Filter, UsageQuestion } from '../../api/usage-question.ts';
import { type CustomersState, isQuotaSort } from './customers-state.ts';

export interface CustomersQuestion extends Omit<CustomersState, 'direction'> {
  readonly direction: 'asc' | 'desc';
  /** Time, zone, metrics and comparison. */
  readonly about: Pick<UsageQuestion, 'from' | 'to' | 'timezone' | 'metrics' | 'compare'>;
  readonly rows: number;
}

export interface CustomersPage {
  readonly rows: readonly ComparedRow[];
  readonly next: string | null;
  /** What was asked of the ledger, for what it says of its own sums. */
  readonly usage: UsageAnswer;
  /** There are more budgets than were looked through for a state or an order of quotas. */
  readonly isCut: boolean;
}

/** Budgets looked through when quotas decide who is shown: the API's most. */
const BUDGETS_MAX = 1000;

/**
 * One page of customers. The ledger sorts, searches and pages, unless quotas decide who is shown or in which order: then they
 * are asked first, and the ledger about those customers.
 */
export async function askCustomers(question: CustomersQuestion, signal: AbortSignal): Promise<CustomersPage> {
  const { q, plan, state, sort, direction, cursor, about, rows } = question;
  const held = state !== '' || isQuotaSort(sort) ? await heldCustomers(question, signal) : undefined;
  const filters: Filter[] = [
    { field: 'customer_id', op: 'exists' },
    ...(q === '' ? [] : [{ field: 'customer_id', op: 'contains', value: q } as const]),
    ...(plan === '' ? [] : [{ field: 'tag.plan', op: 'eq', value: plan } as const]),
    ...(held === undefined ? [] : [{ field: 'customer_id', op: 'in', value: held.ids } as const]),
  ];
  const shared = { ...about, groupBy: ['customer_id'], filters, fold: false };
  if (!isQuotaSort(sort)) {
    const usage =
      held?.ids.length === 0
        ? await askUsage({ ...about, filters: NOBODY }, signal)
        : await askUsage(
            { ...shared, orderBy: { field: sort, direction }, limit: rows, ...(cursor === '' ? {} : { cursor }) },
            signal,
          );
    const isNobody = held?.ids.length === 0;
    return {
      rows: isNobody ? [] : usage.rows,
      next: isNobody ? null : usage.next_cursor,
      usage,
      isCut: held?.isCut ?? false,
    };
  }
  const { ids, isCut } = held ?? { ids: [], isCut: false };
  const usage = await askUsage(
    ids.length === 0 ? { ...about, filters: NOBODY } : { ...shared, limit: BUDGETS_MAX },
    signal,
  );
  const known = new Map(usage.rows.map((row) => [textIn(row.now, 'customer_id'), row]));
  const found = inOrder(ids, sort, direction).flatMap((id) => known.get(id) ?? []);
  const from = Number.parseInt(cursor, 10) || 0;
  const to = from + rows;
  return { rows: found.slice(from, to), next: to < found.length ? String(to) : null, usage, isCut };
}

/** Budgets by customer, asked once for a whole page; `null` where the collector keeps no quotas. */
export async function askBudgetsOf(
  { ids }: { readonly ids: readonly string[] },
  signal: AbortSignal,
): Promise<Readonly<Record<string, readonly Budget[]>> | null> {
  const { configured, budgets } = await askQuotas({ only: { customer_id: ids }, limit: BUDGETS_MAX }, signal);
  if (!configured) return null;
  return Object.fromEntries(Map.groupBy(budgets, ({ bucket }) => bucket['customer_id'] ?? ''));
}

const NOBODY: readonly Filter[] = [
  { field: 'customer_id', op: 'exists' },
  { field: 'customer_id', op: 'not_exists' },
];

async function heldCustomers({ state, sort }: CustomersQuestion, signal: AbortSignal) {
  const { budgets, next_cursor, not_shown } = await askQuotas(
    {
      sort: isQuotaSort(sort) ? sort : 'used_ratio',
      has: 'customer_id',
      limit: BUDGETS_MAX,
      ...(state === '' ? {} : { state }),
    },
    signal,
  );
  const ids = budgets.map(({ bucket }) => bucket['customer_id']).filter((id) => id !== undefined);
  return { ids: [...new Set(ids)], isCut: next_cursor !== null || not_shown > 0 };
}

/** The API gives one order only: the fullest and fastest first, the next to run out first. */
function inOrder(ids: readonly string[], sort: CustomersState['sort'], direction: 'asc' | 'desc'): readonly string[] {
  const isAsGiven = (direction === 'asc') === (sort === 'exhausts_at');
  return isAsGiven ? ids : [...ids].reverse();
}
