import { type CallRecord, COSTSPAN, formatMoney, moneyToNumber } from '@costspan/usage';
import { costByClass } from './cost-by-class.ts';
import type { CostInDollars } from './in-dollars.ts';

/** One attribute of a cost. */
export interface CostAttribute {
  readonly key: string;
  readonly value: string | number | boolean;
}

const CLASSES = [
  ['input', COSTSPAN.costInput],
  ['cache_read', COSTSPAN.costCacheRead],
  ['cache_write', COSTSPAN.costCacheWrite],
  ['output', COSTSPAN.costOutput],
  ['other', COSTSPAN.costOther],
] as const;

const COST_NAMES: readonly string[] = Object.values(COSTSPAN).filter((name) => name.startsWith('costspan.cost.'));

/**
 * What a forwarded span gets: the exact total as text, its nearest double and those of its classes for charts, and where
 * they come from. A span that already carries a cost of ours passes unchanged; other attributes that are there are kept.
 */
export function costAttributes(
  call: CallRecord,
  cost: CostInDollars,
  present: { has(name: string): boolean },
): CostAttribute[] {
  if (COST_NAMES.some((name) => present.has(name))) return [];
  const added: CostAttribute[] = [];
  const add = (key: string, value: string | number | boolean | undefined): void => {
    if (value !== undefined && !present.has(key)) added.push({ key, value });
  };
  add(COSTSPAN.billable, true);
  add(COSTSPAN.usageStatus, call.usage.status);
  add(COSTSPAN.outcome, call.outcome);
  add(COSTSPAN.costStatus, cost.status);
  add(COSTSPAN.costReason, cost.reason);
  if (cost.card !== undefined) {
    add(COSTSPAN.costCard, `${cost.card.provider}/${cost.card.model}`);
    add(COSTSPAN.costVersion, cost.card.version);
  }
  if (cost.total === undefined) return added;
  add(COSTSPAN.costTotal, moneyToNumber(cost.total));
  add(COSTSPAN.costTotalExact, formatMoney(cost.total));
  add(COSTSPAN.costCurrency, cost.currency);
  // Lines of another currency are not dollars, and each converted by itself they would not sum to the total.
  if (cost.native !== undefined) return added;
  const classes = costByClass(cost.lines);
  for (const [name, key] of CLASSES) add(key, classes[name] === 0n ? undefined : moneyToNumber(classes[name]));
  return added;
}
