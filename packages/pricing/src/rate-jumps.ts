import type { Card, CardFile, PricePeriod, Rate, Rates } from './card.ts';
import { compileBook } from './compile-book.ts';
import { divideHalfEven, parseDecimal } from './decimal.ts';
import { instantOr } from './instant.ts';
import type { LintFinding } from './lint-cards.ts';

/** A rate that moves further than this in one step is a typing mistake more often than a price. */
const JUMP_FACTOR_MAX = 10n;

/**
 * Plain rates that are more than ten times away from what they were before an update, as errors: somebody has to say that they
 * are meant. Periods are compared at the instants at which the new ones begin.
 */
export function rateJumps(before: readonly CardFile[], after: readonly CardFile[]): LintFinding[] {
  const old = new Map(effectiveCards(before).map((card) => [`${card.provider}\n${card.model}`, card]));
  const layer = after.at(-1)?.layer ?? '';
  return effectiveCards(after).flatMap((card) => {
    const under = old.get(`${card.provider}\n${card.model}`);
    if (under === undefined || under.currency !== card.currency) return [];
    return card.prices.flatMap((period) => {
      const was = pricesAt(under, instantOr(period.from, Number.NEGATIVE_INFINITY)) ?? under.prices[0];
      return was === undefined ? [] : jumpsOf(was.rates, period.rates).map((jump) => findingOf(card, jump, layer));
    });
  });
}

/** The meters whose rate is more than ten times away, with both rates. A rate of zero is no jump: what is free is stated. */
export function jumpsOf(
  before: Rates,
  after: Rates,
): { readonly meter: string; readonly old: Rate; readonly now: Rate }[] {
  return Object.entries(after).flatMap(([meter, now]) => {
    const old = before[meter as keyof Rates];
    if (old === undefined) return [];
    const [a, b] = [scaled(old), scaled(now)];
    if (a === 0n || b === 0n || (b <= a * JUMP_FACTOR_MAX && a <= b * JUMP_FACTOR_MAX)) return [];
    return [{ meter, old, now }];
  });
}

export function jumpText({ old, now }: { readonly old: Rate; readonly now: Rate }): string {
  return `cost ${old.price} per ${old.per}; ${now.price} per ${now.per} is more than ${JUMP_FACTOR_MAX} times away`;
}

function findingOf(card: Card, jump: ReturnType<typeof jumpsOf>[number], layer: string): LintFinding {
  const name = `${card.provider}/${card.model}`;
  const message = `${name} ${jumpText(jump)}; correct the unit, or force it`;
  return { severity: 'error', layer, at: `${name}.${jump.meter}`, code: 'RATE_JUMP', message };
}

function effectiveCards(files: readonly CardFile[]): readonly Card[] {
  return [...compileBook(files).cards()].map((target) => target.effective(undefined));
}

function pricesAt({ prices }: Card, atUs: number): PricePeriod | undefined {
  return prices.find(
    ({ from, to }) =>
      instantOr(from, Number.NEGATIVE_INFINITY) <= atUs && atUs < instantOr(to, Number.POSITIVE_INFINITY),
  );
}

/** The price of one unit at 10⁻³⁰, which is enough to compare. */
function scaled({ price, per }: Rate): bigint {
  const exact = parseDecimal(price) ?? { numerator: 0n, denominator: 1n };
  return divideHalfEven(exact.numerator * 10n ** 30n, exact.denominator * BigInt(per));
}
