import { type CostInDollars, costByClass } from '@costspan/pricing';
import { addMoney, moneyToNumber, type Tags } from '@costspan/usage';

/**
 * What an LLM Observability event is told of a cost, in US dollars: all six keys, so that Datadog fills none of them from
 * public prices. `undefined` where there is no whole total in dollars. Other charges, such as searches, are in the total only.
 */
export function llmObsCosts(cost: CostInDollars): Readonly<Record<string, number>> | undefined {
  if (cost.total === undefined || cost.currency !== 'USD' || cost.native !== undefined) return undefined;
  if (cost.status !== 'priced' && cost.status !== 'free') return undefined;
  const { input, cache_read, cache_write, output } = costByClass(cost.lines);
  return {
    input_cost: moneyToNumber(addMoney(addMoney(input, cache_read), cache_write)),
    output_cost: moneyToNumber(output),
    total_cost: moneyToNumber(cost.total),
    non_cached_input_cost: moneyToNumber(input),
    cache_read_input_cost: moneyToNumber(cache_read),
    cache_write_input_cost: moneyToNumber(cache_write),
  };
}

/** The tags that Datadog may break its own costs down by: bounded ones alone, and only those that are there. */
export function costTagsOf(tags: Tags, allowed: readonly string[]): string[] {
  return allowed.filter((key) => tags[key] !== undefined);
}
