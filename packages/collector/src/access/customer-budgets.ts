import { quotaStatus } from '@costspan/quota';
import type { QuotaService } from '../quota/open-quota.ts';
import type { CustomerBudgets } from './portal-report.ts';

/** Most budgets of one limit: a rule may count a customer's teams apart. */
const BUDGETS_MAX = 50;

/** Budgets in whose bucket the customer stands. What cannot be counted now is left out of a report that has the rest. */
export function customerBudgets({ desk }: Pick<QuotaService, 'desk'>): CustomerBudgets {
  return async (customer) => {
    const asked = { bucket: { customer_id: [customer] }, max: BUDGETS_MAX };
    const answer = await quotaStatus(desk.quota, asked, Date.now()).catch(() => undefined);
    return answer?.budgets ?? [];
  };
}
