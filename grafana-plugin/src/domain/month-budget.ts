import { compareAmounts, scaled } from './money.ts';

interface MonthLimit {
  readonly unit: string;
  readonly per: string;
  readonly bucket: Readonly<Record<string, string>>;
  readonly limit: string;
  readonly used: string;
}

/** The lowest limit that is kept for all that a customer spends in a calendar month. */
export function monthBudget<B extends MonthLimit>(budgets: readonly B[]): B | undefined {
  return budgets
    .filter(
      ({ unit, per, bucket }) => unit === 'cost' && per === 'month' && Object.keys(bucket).join() === 'customer_id',
    )
    .sort((a, b) => compareAmounts(a.limit, b.limit))[0];
}

/** A rule may count only some of the calls, which its budget does not tell: then much less is used of it than was spent. */
export function countsAll({ used }: Pick<MonthLimit, 'used'>, spent: string): boolean {
  return compareAmounts(used, scaled(spent, 98n, 100n)) >= 0;
}
