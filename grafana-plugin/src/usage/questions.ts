import type { Filter, UsageQuestion } from '../api/usage-question.ts';
import type { Period } from '../app/period.tsx';

type Rest = Omit<UsageQuestion, 'from' | 'to' | 'timezone' | 'compare'>;

/** A question about the time of the page. */
export function inPeriod({ from, to, timezone }: Period, rest: Rest): UsageQuestion {
  return { from, to, timezone, ...rest };
}

/** The same, with the values of the period before beside each value. */
export function comparedInPeriod(period: Period, rest: Rest): UsageQuestion {
  const question = inPeriod(period, rest);
  return period.compare === 'none' ? question : { ...question, compare: period.compare };
}

export function onlyCustomer(id: string): Filter {
  return { field: 'customer_id', op: 'eq', value: id };
}
