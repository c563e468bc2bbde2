import {
  ANY_PROVIDER,
  type Card,
  type CardOverride,
  type CardSource,
  type ContextAxis,
  type ContextCell,
  type ContextMultiplier,
  type PricePeriod,
  type TermScope,
} from './card.ts';
import { instantOr } from './instant.ts';

/**
 * The card with the changes of an override in it; whatever the override does not name stays as it was. Its periods are cut
 * where the override begins and ends. A card without a price gets one when the override brings rates.
 */
export function overrideCard(card: Card, override: CardOverride): Card {
  const periods =
    card.prices.length === 0
      ? newPeriod(override)
      : cutPeriods(card.prices, [override]).map((period) =>
          holdsIn(override, period) ? overridePeriod(period, override) : period,
        );
  return { ...card, amended: withSource(card.amended ?? [], override.source), prices: periods };
}

/** True when a term names the card: its provider, and its model or one of its aliases. */
export function names(term: TermScope, card: Pick<Card, 'provider' | 'model' | 'aliases'>): boolean {
  if (term.provider !== card.provider && term.provider !== ANY_PROVIDER) return false;
  if (term.models === undefined) return true;
  return [card.model, ...(card.aliases ?? [])].some((name) => term.models?.some((pattern) => fits(pattern, name)));
}

/** `gpt-4o`, or with a last `*` the beginning of a name. Letter case does not count. */
export function fits(pattern: string, name: string): boolean {
  const wanted = pattern.toLowerCase();
  const lower = name.toLowerCase();
  return wanted.endsWith('*') ? lower.startsWith(wanted.slice(0, -1)) : lower === wanted;
}

type Span = Pick<TermScope, 'from' | 'to'>;

/** The same periods, cut wherever one of the terms begins or ends. */
export function cutPeriods(periods: readonly PricePeriod[], terms: readonly Span[]): readonly PricePeriod[] {
  const cuts = [...new Set(terms.flatMap(({ from, to }) => [from, to]).filter((text) => text !== undefined))];
  if (cuts.length === 0) return periods;
  cuts.sort((a, b) => instantOr(a, 0) - instantOr(b, 0));
  return periods.flatMap((period) => {
    const inside = cuts.filter((cut) => {
      const at = instantOr(cut, 0);
      return at > startOf(period) && at < endOf(period);
    });
    return [period.from, ...inside].map((from, index) => between(period, from, inside[index] ?? period.to));
  });
}

/** True when a term holds during a period that was cut at its ends. */
export function holdsIn(term: Span, period: Span): boolean {
  return startOf(term) <= startOf(period) && endOf(term) >= endOf(period);
}

function startOf({ from }: Span): number {
  return instantOr(from, Number.NEGATIVE_INFINITY);
}

function endOf({ to }: Span): number {
  return instantOr(to, Number.POSITIVE_INFINITY);
}

function between(
  { from: _from, to: _to, ...rest }: PricePeriod,
  from: string | undefined,
  to: string | undefined,
): PricePeriod {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }), ...rest };
}

function newPeriod(override: CardOverride): PricePeriod[] {
  const { rates, from, to } = override;
  return rates === undefined ? [] : [overridePeriod(between({ rates }, from, to), override)];
}

function overridePeriod(period: PricePeriod, override: CardOverride): PricePeriod {
  const { rates, tiers, windows, cells, multipliers, standard } = override;
  const { tiers: ownTiers, windows: ownWindows, cells: ownCells, ...rest } = period;
  return {
    ...rest,
    rates: { ...period.rates, ...rates },
    ...list('tiers', tiers ?? ownTiers),
    ...list('windows', windows ?? ownWindows),
    ...list('cells', withCells(ownCells, cells)),
    ...list('multipliers', withMultipliers(period.multipliers, multipliers)),
    ...(period.standard === undefined && standard === undefined
      ? {}
      : { standard: { ...period.standard, ...standard } }),
  };
}

function list<K extends string, T>(name: K, values: readonly T[] | undefined): { readonly [N in K]?: readonly T[] } {
  return (values === undefined || values.length === 0 ? {} : { [name]: values }) as { [N in K]?: readonly T[] };
}

/** Cells of the same `when` are replaced, others follow. */
function withCells(under: readonly ContextCell[] = [], over: readonly ContextCell[] = []): readonly ContextCell[] {
  const replaced = new Set(over.map(({ when }) => JSON.stringify(when)));
  return [...under.filter(({ when }) => !replaced.has(JSON.stringify(when))), ...over];
}

/** A value that the override names loses all its old factors: two of them on one value would multiply. */
function withMultipliers(
  under: readonly ContextMultiplier[] = [],
  over: readonly ContextMultiplier[] = [],
): readonly ContextMultiplier[] {
  const kept = under.flatMap((multiplier) => {
    const [axis] = Object.keys(multiplier.when) as [ContextAxis];
    const replaced = over.flatMap(({ when }) => when[axis] ?? []);
    const values = (multiplier.when[axis] ?? []).filter((value) => !replaced.includes(value));
    return values.length === 0 ? [] : [{ ...multiplier, when: { [axis]: values } }];
  });
  return [...kept, ...over];
}

function withSource(sources: readonly CardSource[], added: CardSource): CardSource[] {
  const text = JSON.stringify(added);
  return sources.some((source) => JSON.stringify(source) === text) ? [...sources] : [...sources, added];
}
