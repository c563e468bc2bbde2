import type { Card, ContextTier, ContextValues, PricePeriod, Rate, RateSet, Rates } from './card.ts';

/**
 * Every price of a card by a path that a person can read, such as `from 2026-08-21T00:00:00Z > input_tokens > 272000 >
 * output_tokens`, with the price as a text (`"30 per 1000000"`). Equal cards have equal prices; the order of fields does not matter.
 */
export function cardPrices(card: Card): ReadonlyMap<string, string> {
  const prices = new Map<string, string>([['currency', card.currency]]);
  for (const period of card.prices) addPeriod(prices, period);
  return prices;
}

function addPeriod(prices: Map<string, string>, period: PricePeriod): void {
  const path = period.from === undefined ? [] : [`from ${period.from}`];
  if (period.to !== undefined) put(prices, [...path, 'to'], period.to);
  addSet(prices, path, period);
  for (const window of period.windows ?? []) {
    const days = window.days === undefined ? '' : ` ${window.days.join(' ')}`;
    addSet(prices, [...path, `${window.start}-${window.end} ${window.zone ?? 'UTC'}${days}`], window);
  }
  for (const { when, factor, classes } of period.multipliers ?? []) {
    put(
      prices,
      [...path, `times ${valuesText(when)}${classes === undefined ? '' : ` on ${classes.join(' ')}`}`],
      factor,
    );
  }
  if (period.standard !== undefined) put(prices, [...path, 'standard'], valuesText(period.standard));
}

function addSet(prices: Map<string, string>, path: readonly string[], { rates, tiers, cells }: RateSet): void {
  addRates(prices, path, rates);
  addTiers(prices, path, tiers);
  for (const cell of cells ?? []) {
    const inside = [...path, valuesText(cell.when)];
    addRates(prices, inside, cell.rates);
    addTiers(prices, inside, cell.tiers);
  }
}

function addTiers(prices: Map<string, string>, path: readonly string[], tiers: readonly ContextTier[] = []): void {
  for (const { meter, mode, op, threshold, rates } of tiers) {
    const at = `${meter} ${op} ${threshold}${mode === undefined ? '' : ` ${mode}`}`;
    addRates(prices, [...path, at], rates);
  }
}

function addRates(prices: Map<string, string>, path: readonly string[], rates: Rates): void {
  for (const [meter, rate] of Object.entries(rates)) put(prices, [...path, meter], rateText(rate));
}

function put(prices: Map<string, string>, path: readonly string[], text: string): void {
  prices.set(path.join(' › '), text);
}

function rateText({ price, per, increment, minimum }: Rate): string {
  const step = increment === undefined ? '' : `, in steps of ${increment}`;
  return `${price} per ${per}${step}${minimum === undefined ? '' : `, at least ${minimum}`}`;
}

function valuesText(values: ContextValues): string {
  return Object.entries(values)
    .map(([axis, list]) => (axis === 'batch' ? axis : `${axis} ${list.join('|')}`))
    .join(', ');
}
