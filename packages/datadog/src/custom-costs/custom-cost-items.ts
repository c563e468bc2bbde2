import { type Atto, addMoney, formatMoney, moneyToNumber, parseMoney, type Tags, ZERO } from '@costspan/usage';
import { tagValue } from '../metrics/tag-value.ts';

/** What was spent on one day, as exact money: a row of the usage API, or FOCUS rows added up. */
export interface DailyCost {
  /** `YYYY-MM-DD`, in UTC. */
  readonly day: string;
  readonly provider: string;
  readonly model: string;
  /** A plain decimal of US dollars. */
  readonly cost: string;
  readonly tags: Tags;
}

/** A line of a Custom Costs file of Datadog: the columns of FOCUS that it takes. */
export interface CustomCostItem {
  readonly ProviderName: string;
  readonly ChargeDescription: string;
  readonly ChargePeriodStart: string;
  readonly ChargePeriodEnd: string;
  readonly BilledCost: number;
  readonly BillingCurrency: 'USD';
  readonly Tags: Readonly<Record<string, string>>;
}

export interface CustomCosts {
  readonly items: readonly CustomCostItem[];
  /** The exact sum of what went in. Datadog takes doubles; theirs differs from it in the last digits only. */
  readonly total: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Line items for Cloud Cost Management, one for each day, provider, model and set of tags. Rows that say the same are added
 * up exactly first. Rows of nothing are left out; a day that is none throws, since its money would be lost.
 * Source: Datadog, "Custom Costs", read 2026-11-23.
 * @throws RangeError for a day that is not `YYYY-MM-DD`.
 */
export function customCostItems(rows: Iterable<DailyCost>): CustomCosts {
  const sums = new Map<string, { readonly row: DailyCost; readonly tags: Tags; cost: Atto }>();
  let total: Atto = ZERO;
  for (const row of rows) {
    if (!DAY.test(row.day)) throw new RangeError(`"${row.day}" is no day; write YYYY-MM-DD`);
    const cost = parseMoney(row.cost);
    total = addMoney(total, cost);
    const tags = Object.fromEntries(
      Object.entries(row.tags)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => [key, tagValue(key, value)]),
    );
    const key = JSON.stringify([row.day, row.provider, row.model, tags]);
    const known = sums.get(key);
    if (known === undefined) sums.set(key, { row, tags, cost });
    else known.cost = addMoney(known.cost, cost);
  }
  const items = [...sums.values()]
    .filter(({ cost }) => cost !== 0n)
    .map(
      ({ row, tags, cost }): CustomCostItem => ({
        ProviderName: row.provider,
        ChargeDescription: row.model,
        ChargePeriodStart: row.day,
        ChargePeriodEnd: row.day,
        BilledCost: moneyToNumber(cost),
        BillingCurrency: 'USD',
        Tags: tags,
      }),
    );
  return { items, total: formatMoney(total) };
}
