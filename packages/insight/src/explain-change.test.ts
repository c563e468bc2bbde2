import { attoFromInteger, parseMoney } from '@costspan/usage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DRIVERS, type Effects, explainChange } from './explain-change.ts';
import { NO_SPEND, type Spend, TOKEN_CLASSES } from './spend.ts';

/** Calls of one prompt and one answer each; prices are per token, in 10⁻⁶. */
interface Made {
  readonly calls: number;
  readonly input?: number;
  readonly cached?: number;
  readonly output?: number;
  readonly prices?: readonly [input: number, cached: number, output: number];
  readonly other?: number;
}

function made({ calls, input = 100, cached = 0, output = 10, prices = [3, 1, 15], other = 0 }: Made): Spend {
  const n = BigInt(calls);
  const count = (each: number) => n * BigInt(each);
  const tokens = { input: count(input - cached), cache_read: count(cached), cache_write: 0n, output: count(output) };
  const micros = (value: bigint) => attoFromInteger(value * 10n ** 12n);
  const costs = {
    input: micros(tokens.input * BigInt(prices[0])),
    cache_read: micros(tokens.cache_read * BigInt(prices[1])),
    cache_write: micros(0n),
    output: micros(tokens.output * BigInt(prices[2])),
  };
  const rest = micros(count(other));
  return {
    calls: n,
    tokens,
    costs,
    cost: attoFromInteger(TOKEN_CLASSES.reduce((sum, name) => sum + costs[name], rest as bigint)),
  };
}

const only = (effects: Effects) => Object.fromEntries(Object.entries(effects).filter(([, effect]) => effect !== 0n));
const usd = (text: string) => parseMoney(text);

test.each([
  ['more calls', { calls: 10 }, { calls: 15 }, { volume: '0.00225' }],
  ['longer prompts', { calls: 10 }, { calls: 10, input: 150 }, { input_tokens: '0.0015' }],
  ['longer answers', { calls: 10 }, { calls: 10, output: 30 }, { output_tokens: '0.003' }],
  ['a cache', { calls: 10, cached: 50 }, { calls: 10, cached: 80 }, { cache_share: '-0.0006' }],
  ['a cache that was not there before', { calls: 10 }, { calls: 10, cached: 80 }, { cache_share: '-0.0016' }],
  ['a dearer model behind the same name', { calls: 10 }, { calls: 10, prices: [6, 1, 30] }, { price: '0.0045' }],
  ['searches', { calls: 10 }, { calls: 10, other: 7 }, { other: '0.00007' }],
  ['searches as ever, and more calls', { calls: 10, other: 7 }, { calls: 20, other: 7 }, { volume: '0.00457' }],
] as [string, Made, Made, Record<string, string>][])('%s alone is the whole change', (_, before, after, expected) => {
  const { effects, change } = explainChange([{ key: 'a', before: made(before), after: made(after) }]);
  expect(only(effects)).toEqual(
    Object.fromEntries(Object.entries(expected).map(([driver, text]) => [driver, usd(text)])),
  );
  expect(Object.values(effects).reduce((sum, effect) => sum + effect, 0n)).toBe(change);
});

test('calls that move to a dearer group are mix, not volume', () => {
  const cheap = { prices: [1, 1, 5] as const };
  const { effects } = explainChange([
    { key: 'cheap', before: made({ ...cheap, calls: 10 }), after: made({ ...cheap, calls: 5 }) },
    { key: 'dear', before: made({ calls: 10 }), after: made({ calls: 15 }) },
  ]);
  // Five calls at 450 millionths instead of 150.
  expect(only(effects)).toEqual({ mix: usd('0.0015') });
});

test('a group that is new or gone is told as such, and changes neither volume nor mix of the others', () => {
  const { effects, groups } = explainChange<string>([
    { key: 'stays', before: made({ calls: 10 }), after: made({ calls: 10 }) },
    { key: 'new', after: made({ calls: 4 }) },
    { key: 'gone', before: made({ calls: 2 }), after: NO_SPEND },
  ]);
  expect(only(effects)).toEqual({ new_groups: usd('0.0018'), gone_groups: usd('-0.0009') });
  expect(groups.map(({ key, change }) => [key, change])).toEqual([
    ['stays', 0n],
    ['new', usd('0.0018')],
    ['gone', usd('-0.0009')],
  ]);
});

test('nothing before and nothing after is no change', () => {
  const { change, effects } = explainChange([]);
  expect([change, only(effects)]).toEqual([0n, {}]);
});

const count = fc.bigInt(0n, 10n ** 7n);
const amount = fc.bigInt(-(10n ** 18n), 10n ** 22n).map(attoFromInteger);
const classes = <T>(value: fc.Arbitrary<T>) =>
  fc.record({ input: value, cache_read: value, cache_write: value, output: value });
const spend: fc.Arbitrary<Spend> = fc.record({
  calls: fc.bigInt(0n, 10n ** 6n),
  cost: amount,
  tokens: classes(count),
  costs: classes(amount),
});
const anyGroups = fc.array(fc.record({ key: fc.nat(), before: spend, after: spend }, { requiredKeys: ['key'] }), {
  maxLength: 8,
});

test('drivers sum exactly to the change, of every group and of the whole, for any numbers', () => {
  fc.assert(
    fc.property(anyGroups, (groups) => {
      const explained = explainChange(groups);
      for (const { effects, change } of [explained, ...explained.groups]) {
        expect(DRIVERS.reduce((sum, driver) => sum + effects[driver], 0n)).toBe(change);
      }
      for (const driver of DRIVERS) {
        expect(explained.groups.reduce((sum, { effects }) => sum + effects[driver], 0n)).toBe(
          explained.effects[driver],
        );
      }
      expect(explained.after - explained.before).toBe(explained.change);
    }),
    { numRuns: 500 },
  );
});

test('a period is explained by nothing when it is compared with itself', () => {
  fc.assert(
    fc.property(fc.array(spend, { maxLength: 6 }), (spends) => {
      const { effects } = explainChange(spends.map((each, key) => ({ key, before: each, after: each })));
      expect(only(effects)).toEqual({});
    }),
  );
});

test('the same proportions at twice the calls are volume and nothing else', () => {
  fc.assert(
    fc.property(fc.array(spend, { minLength: 1, maxLength: 5 }), (spends) => {
      const twice = (each: Spend): Spend => ({
        calls: each.calls * 2n,
        cost: attoFromInteger(each.cost * 2n),
        tokens: mapped(each.tokens, (value) => value * 2n),
        costs: mapped(each.costs, (value) => attoFromInteger(value * 2n)),
      });
      const staying = spends.filter(({ calls }) => calls > 0n);
      const { effects, before } = explainChange(
        staying.map((each, key) => ({ key, before: each, after: twice(each) })),
      );
      expect(only(effects)).toEqual(before === 0n ? {} : { volume: before });
    }),
  );
});

function mapped<T>(record: Readonly<Record<(typeof TOKEN_CLASSES)[number], T>>, change: (value: T) => T) {
  return Object.fromEntries(TOKEN_CLASSES.map((name) => [name, change(record[name])])) as Record<
    (typeof TOKEN_CLASSES)[number],
    T
  >;
}
