import { type Atto, attoFromInteger, sumMoney, ZERO } from '@costspan/usage';
import { type Fraction, fraction, NOTHING, plus, rounded, times } from './fraction.ts';
import { NO_SPEND, type Spend, TOKEN_CLASSES, type TokenClass } from './spend.ts';

/**
 * What can change a cost, in the order in which it is taken apart:
 * - `new_groups`, `gone_groups` groups that only one of the periods has
 * - `volume` more calls, as they were before: the same groups, in the same proportions
 * - `mix` calls that moved between groups
 * - `input_tokens`, `output_tokens` longer prompts and answers, per call of the same group
 * - `cache_share` how much of the prompt came from a cache or went into one
 * - `price` what the same tokens cost
 * - `other` what is not charged by the token
 */
export const DRIVERS = [
  'new_groups',
  'gone_groups',
  'volume',
  'mix',
  'input_tokens',
  'output_tokens',
  'cache_share',
  'price',
  'other',
] as const;
export type Driver = (typeof DRIVERS)[number];

/** What each driver added to the cost (or took away). They sum exactly to the change. */
export type Effects = Readonly<Record<Driver, Atto>>;

export interface GroupChange<Key> {
  readonly key: Key;
  readonly before: Atto;
  readonly after: Atto;
  readonly change: Atto;
  readonly effects: Effects;
}

export interface ChangeExplained<Key> {
  readonly before: Atto;
  readonly after: Atto;
  readonly change: Atto;
  readonly effects: Effects;
  /** In the order they were given. Their effects sum exactly to those of the whole. */
  readonly groups: readonly GroupChange<Key>[];
}

/**
 * Takes the change of a cost apart. In each group the cost walks from what it was to what it is, and every step changes
 * one thing; a driver is the difference between the costs before and after its step. Costs are rounded to 10⁻¹⁸ at each
 * step and the last is the true one, so nothing is lost or made up however the steps are rounded.
 *
 * A kind of token that a group did not use before is valued at its price now, so it is no change of price.
 */
export function explainChange<Key>(
  groups: readonly { readonly key: Key; readonly before?: Spend; readonly after?: Spend }[],
): ChangeExplained<Key> {
  const staying = groups.filter(({ before, after }) => has(before) && has(after));
  const callsBefore = staying.reduce((sum, { before }) => sum + (before?.calls ?? 0n), 0n);
  const callsAfter = staying.reduce((sum, { after }) => sum + (after?.calls ?? 0n), 0n);
  const growth = fraction(callsAfter, callsBefore);
  const changes = groups.map(({ key, before = NO_SPEND, after = NO_SPEND }) => ({
    key,
    before: before.cost,
    after: after.cost,
    change: minus(after.cost, before.cost),
    effects: effectsOf(before, after, growth),
  }));
  const before = sumMoney(changes.map((group) => group.before));
  const after = sumMoney(changes.map((group) => group.after));
  return {
    before,
    after,
    change: minus(after, before),
    effects: Object.fromEntries(
      DRIVERS.map((driver) => [driver, sumMoney(changes.map(({ effects }) => effects[driver]))]),
    ) as Effects,
    groups: changes,
  };
}

function has(spend: Spend | undefined): boolean {
  return spend !== undefined && spend.calls > 0n;
}

const NO_EFFECTS = Object.fromEntries(DRIVERS.map((driver) => [driver, ZERO])) as Effects;

function effectsOf(before: Spend, after: Spend, growth: Fraction): Effects {
  if (!has(before)) return { ...NO_EFFECTS, new_groups: minus(after.cost, before.cost) };
  if (!has(after)) return { ...NO_EFFECTS, gone_groups: minus(after.cost, before.cost) };
  const effects: Record<Driver, Atto> = { ...NO_EFFECTS };
  let cost = before.cost;
  for (const [driver, next] of walk(before, after, growth)) {
    effects[driver] = minus(next, cost);
    cost = next;
  }
  return effects;
}

/** The cost of a group after each step from before to after. */
function walk(before: Spend, after: Spend, growth: Fraction): [Driver, Atto][] {
  const more = fraction(after.calls, before.calls);
  const prices = pricesBefore(before, after);
  const otherBefore = rounded(times(whole(otherCost(before)), more));
  const tokenCost = (tokens: Readonly<Record<TokenClass, Fraction>>): Atto => {
    const parts = TOKEN_CLASSES.map((name) => times(tokens[name], prices[name]));
    return attoFromInteger(rounded(parts.reduce(plus, NOTHING)) + otherBefore);
  };
  const was = byClass((name) => times(whole(before.tokens[name]), more));
  // The prompt grows with its shares as they were; where there was none, as they are.
  const [promptBefore, promptAfter] = [promptOf(before), promptOf(after)];
  const is = byClass((name) => whole(after.tokens[name]));
  const longer = byClass((name) => {
    if (name === 'output') return was.output;
    return promptBefore === 0n ? is[name] : times(whole(promptAfter), fraction(before.tokens[name], promptBefore));
  });
  return [
    ['volume', attoFromInteger(rounded(times(whole(before.cost), growth)))],
    ['mix', attoFromInteger(rounded(times(whole(before.cost), more)))],
    ['input_tokens', tokenCost(longer)],
    ['output_tokens', tokenCost({ ...longer, output: is.output })],
    ['cache_share', tokenCost(is)],
    ['price', attoFromInteger(after.cost - otherCost(after) + otherBefore)],
    ['other', after.cost],
  ];
}

/** Per token; of a class that was not used before, what it costs now. */
function pricesBefore(before: Spend, after: Spend): Readonly<Record<TokenClass, Fraction>> {
  return byClass((name) => {
    const spend = before.tokens[name] > 0n ? before : after;
    return fraction(spend.costs[name], spend.tokens[name]);
  });
}

/** What stands in no class of tokens, and what stands in one without any tokens. */
function otherCost(spend: Spend): bigint {
  return TOKEN_CLASSES.reduce(
    (rest, name) => (spend.tokens[name] > 0n ? rest - spend.costs[name] : rest),
    spend.cost as bigint,
  );
}

function promptOf({ tokens }: Spend): bigint {
  return tokens.input + tokens.cache_read + tokens.cache_write;
}

function byClass(value: (name: TokenClass) => Fraction): Record<TokenClass, Fraction> {
  return {
    input: value('input'),
    cache_read: value('cache_read'),
    cache_write: value('cache_write'),
    output: value('output'),
  };
}

function whole(value: bigint): Fraction {
  return { over: value, under: 1n };
}

function minus(a: Atto, b: Atto): Atto {
  return attoFromInteger(a - b);
}
