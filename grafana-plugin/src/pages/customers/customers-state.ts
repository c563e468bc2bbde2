import { BUDGET_STATES } from '../../api/quota-answer.ts';
import { choice, type StateOf, text } from '../../domain/url-state.ts';

/** Orders that the ledger knows. */
export const LEDGER_SORTS = [
  'customer_id',
  'cost',
  'margin',
  'calls',
  'tokens',
  'error_rate',
  'cost_per_call',
] as const;
/** Orders that the quotas know: the fullest, the fastest, the first to run out. */
export const QUOTA_SORTS = ['used_ratio', 'burn', 'exhausts_at'] as const;

/** The list as it stands in the address. */
export const PARAMS = {
  q: text(''),
  plan: text(''),
  state: choice(['', ...BUDGET_STATES], ''),
  sort: choice([...LEDGER_SORTS, ...QUOTA_SORTS], 'cost'),
  direction: choice(['asc', 'desc'], 'desc'),
  cursor: text(''),
};

export type CustomersState = StateOf<typeof PARAMS>;

export function isQuotaSort(sort: CustomersState['sort']): sort is (typeof QUOTA_SORTS)[number] {
  return QUOTA_SORTS.some((one) => one === sort);
}
