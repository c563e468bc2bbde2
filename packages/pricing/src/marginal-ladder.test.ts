import { addMoney, formatMoney, METER_NAMES, type Meter, sumMoney } from '@costspan/usage';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CARDS_FORMAT } from './card.ts';
import { compileBook } from './compile-book.ts';
import { costOf } from './cost-of.ts';
import { costToJson } from './cost-to-json.ts';
import { explainCost } from './explain-cost.ts';
import { parseCardFile } from './parse-card-file.ts';

const SOURCE = { url: 'https://example.com', read: '2026-11-23' };
const rate = (price: number | string) => ({ price: String(price), per: 1000 });
const rates = (prices: object) =>
  Object.fromEntries(Object.entries(prices).map(([meter, price]) => [meter, rate(price)]));
const step = (threshold: number, prices: object, meter = 'input_tokens') => ({
  meter,
  mode: 'marginal',
  op: '>',
  threshold,
  rates: rates(prices),
});

function book(prices: object) {
  const card = { provider: 'acme', model: 'm', currency: 'USD', source: SOURCE, prices: [prices] };
  return compileBook([parseCardFile({ format: CARDS_FORMAT, cards: [card] }, 'cards.json')]);
}

function request(meters: object, context: object = {}) {
  return { provider: 'acme', model: 'm', atUs: 0, usage: { status: 'reported' as const, meters }, context };
}

const LADDER = book({
  rates: rates({ input_tokens: 1, output_tokens: 10, cache_read_tokens: '0.5' }),
  tiers: [step(100, { input_tokens: 2, cache_read_tokens: 1 }), step(1000, { input_tokens: 4 })],
});
const lines = (meters: object) =>
  costOf(LADDER, request(meters)).lines.map(({ meter, quantity, above = 0, rate: price }) => [
    meter,
    quantity,
    above,
    price,
  ]);

describe('the units of a marginal tier are those above its threshold', () => {
  test.each<[number, string]>([
    [0, '0'],
    [99, '0.099'],
    [100, '0.1'],
    [101, '0.102'],
    [1000, '1.9'],
    [1001, '1.904'],
    [3000, '9.9'],
  ])('a prompt of %d tokens costs %s', (input, total) => {
    expect(costToJson(costOf(LADDER, request({ input_tokens: input }))).total).toBe(total);
  });

  test('what is read from the cache stands first, and each step is a line', () => {
    expect(lines({ input_tokens: 1500, cache_read_tokens: 150, output_tokens: 3 })).toEqual([
      ['input_tokens', 850, 100, '2'],
      ['input_tokens', 500, 1000, '4'],
      ['output_tokens', 3, 0, '10'],
      ['cache_read_tokens', 100, 0, '0.5'],
      ['cache_read_tokens', 50, 100, '1'],
    ]);
  });

  test('a cliff with the same numbers reprices all of them', () => {
    const cliff = book({
      rates: rates({ input_tokens: 1 }),
      tiers: [{ ...step(100, { input_tokens: 2 }), mode: 'cliff' }],
    });
    expect(costToJson(costOf(cliff, request({ input_tokens: 101 }))).total).toBe('0.202');
  });

  test('a factor multiplies every step, and stands on its lines', () => {
    const served = book({
      rates: rates({ input_tokens: 1 }),
      tiers: [step(100, { input_tokens: 2 })],
      multipliers: [{ when: { batch: true }, factor: '0.5' }],
    });
    const cost = costToJson(costOf(served, request({ input_tokens: 300 }, { batch: true })));
    expect([cost.total, cost.lines.map(({ multipliers }) => multipliers?.[0]?.factor)]).toEqual([
      '0.25',
      ['0.5', '0.5'],
    ]);
  });

  test('fractions of seconds are cut as decimals', () => {
    const seconds = book({
      rates: { seconds: { price: '1', per: 1 } },
      tiers: [{ ...step(10, {}, 'seconds'), rates: { seconds: { price: '2', per: 1 } } }],
    });
    const cost = costToJson(costOf(seconds, request({ seconds: 10.3 })));
    expect([cost.total, cost.lines.map(({ quantity }) => quantity)]).toEqual(['10.6', [10, 0.3]]);
  });

  test('an explanation names the highest step that was reached', () => {
    const tier = (input: number) => explainCost(LADDER, request({ input_tokens: input })).tier;
    expect([tier(100), tier(101)?.threshold, tier(1001)]).toEqual([
      null,
      100,
      { meter: 'input_tokens', mode: 'marginal', op: '>', threshold: 1000 },
    ]);
  });
});

describe('laws of ladders', () => {
  const thresholds = fc.uniqueArray(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 4 });
  const price = fc.integer({ min: 0, max: 50 });
  const ladder = fc.record({
    base: price,
    cached: price,
    steps: fc.tuple(thresholds, fc.array(price, { minLength: 4, maxLength: 4 })),
  });
  const made = ladder.map(({ base, cached, steps: [at, prices] }) => {
    const rising = [...at].sort((a, b) => a - b);
    return {
      base,
      cached,
      rising,
      prices,
      book: book({
        rates: rates({ input_tokens: base, cache_read_tokens: cached, output_tokens: 7 }),
        tiers: rising.map((threshold, index) => step(threshold, { input_tokens: prices[index] })),
      }),
    };
  });
  const total = (one: ReturnType<typeof book>, input: number, read = 0) =>
    costOf(one, request({ input_tokens: input, cache_read_tokens: read })).total ?? -1n;

  test('a total is the sum, token by token, of what each token costs at its place', () => {
    fc.assert(
      fc.property(
        made,
        fc.integer({ min: 0, max: 6000 }),
        fc.nat(6000),
        ({ base, cached, rising, prices, book: one }, input, more) => {
          const read = Math.min(more, input);
          let milli = 0;
          for (let place = 0; place < input; place += 1) {
            const reached = rising.filter((threshold) => place >= threshold).length;
            milli += place < read ? cached : reached === 0 ? base : (prices[reached - 1] as number);
          }
          expect(total(one, input, read)).toBe(BigInt(milli) * 10n ** 15n);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('it never falls with a larger prompt, lines sum to it, and no token stands on two lines', () => {
    fc.assert(
      fc.property(made, fc.nat(8000), fc.nat(100), ({ book: one }, input, more) => {
        expect(total(one, input + more) >= total(one, input)).toBe(true);
        const cost = costOf(one, request({ input_tokens: input, output_tokens: 3 }));
        expect(cost.total).toBe(sumMoney(cost.lines.map(({ amount }) => amount)));
        const counted = cost.lines
          .filter(({ meter }) => meter === 'input_tokens')
          .reduce((sum, line) => sum + line.quantity, 0);
        expect(counted).toBe(input);
      }),
      { numRuns: 200 },
    );
  });

  test('a ladder whose steps all cost the same is no ladder', () => {
    fc.assert(
      fc.property(price, thresholds, fc.nat(1_000_000), (same, at, input) => {
        const steps = [...at].sort((a, b) => a - b).map((threshold) => step(threshold, { input_tokens: same }));
        const flat = book({ rates: rates({ input_tokens: same }) });
        expect(total(book({ rates: rates({ input_tokens: same }), tiers: steps }), input)).toBe(total(flat, input));
      }),
      { numRuns: 200 },
    );
  });

  test('no counts make it throw or a line negative', () => {
    const counts = fc.dictionary(fc.constantFrom(...METER_NAMES), fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constant(-1)));
    fc.assert(
      fc.property(made, counts, ({ book: one }, meters) => {
        for (const { amount } of costOf(one, request(meters as { [M in Meter]?: number })).lines) {
          expect(amount >= 0n).toBe(true);
        }
      }),
    );
  });

  test('amounts add up to the digit', () => {
    expect(formatMoney(addMoney(total(LADDER, 100) as never, total(LADDER, 1) as never))).toBe('0.101');
  });
});
