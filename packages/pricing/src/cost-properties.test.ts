import { type Atto, METER_NAMES, METERS, type Meter, type Meters, sumMoney, type TokenFacets } from '@costspan/usage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { baseBook, baseCards } from './base-book.ts';
import { CARDS_FORMAT, type Rates } from './card.ts';
import { compileBook } from './compile-book.ts';
import { COST_STATUSES, type Cost } from './cost.ts';
import { costByClass } from './cost-by-class.ts';
import { costOf } from './cost-of.ts';
import { parseCardFile } from './parse-card-file.ts';
import type { PriceBook } from './price-book.ts';

/** One physical token: what it is, not how it is counted. */
type Token = TokenFacets;

/**
 * All kinds of tokens that the meters can tell apart where they overlap. There is no meter for the cached tokens of a tool,
 * nor for the audio part of a one-hour write, so no provider reports such and no case is made of them.
 */
const TOKENS: readonly Token[] = [
  ...([undefined, 'text', 'audio', 'image', 'video'] as const).flatMap((modality) => {
    const kind = modality === undefined ? {} : { modality };
    return [
      { direction: 'input', ...kind },
      { direction: 'input', ...kind, cache: 'read' },
      { direction: 'input', ...kind, cache: 'write' },
      { direction: 'output', ...kind },
    ] satisfies Token[];
  }),
  ...(['5m', '30m', '1h', '12h'] as const).map((ttl): Token => ({ direction: 'input', cache: 'write', ttl })),
  { direction: 'input', kind: 'tool' },
  { direction: 'input', kind: 'tool', modality: 'text' },
  ...(['reasoning', 'citation', 'prediction'] as const).map((kind): Token => ({ direction: 'output', kind })),
];

const TOKEN_METERS = METER_NAMES.filter((meter) => METERS[meter].unit === 'token');

function facets(meter: Meter): TokenFacets {
  const definition = METERS[meter];
  if (definition.unit !== 'token') throw new Error(`${meter} counts no tokens`);
  return definition.facets;
}

/** True when the meter counts the token. Written from the facets alone, apart from the engine. */
function counts(meter: Meter, token: Token): boolean {
  return Object.entries(facets(meter)).every(([facet, value]) => token[facet as keyof Token] === value);
}

type Crowd = readonly (readonly [Token, number])[];

function metersOf(crowd: Crowd): Meters {
  const meters: { [M in Meter]?: number } = {};
  for (const meter of TOKEN_METERS) {
    const count = crowd.reduce((sum, [token, size]) => sum + (counts(meter, token) ? size : 0), 0);
    if (count > 0) meters[meter] = count;
  }
  return meters;
}

/**
 * The meter at whose rate a token is charged, by looking at the token: the most specific one; of several that know as much
 * about it, that of the cache, else the first in the order of `METERS`.
 */
function chargedAs(token: Token, priced: readonly Meter[]): Meter | undefined {
  const fitting = TOKEN_METERS.filter((meter) => priced.includes(meter) && counts(meter, token));
  const specific = fitting.filter(
    (meter) =>
      !fitting.some(
        (other) =>
          other !== meter &&
          Object.keys(facets(meter)).every((facet) => facet in facets(other)) &&
          Object.keys(facets(other)).length > Object.keys(facets(meter)).length,
      ),
  );
  return specific.find((meter) => facets(meter).cache !== undefined) ?? specific[0];
}

const crowds: fc.Arbitrary<Crowd> = fc.array(
  fc.tuple(fc.constantFrom(...TOKENS), fc.integer({ min: 1, max: 100_000 })),
  {
    maxLength: 12,
  },
);

/** Priced meters: both roots and any others. */
const pricedMeters = fc
  .uniqueArray(fc.constantFrom(...TOKEN_METERS), { maxLength: 10 })
  .map((some) => [...new Set<Meter>(['input_tokens', 'output_tokens', ...some])]);

const prices = fc.integer({ min: 0, max: 10_000_000 }).map((micros) => (micros / 1_000_000).toFixed(6));

const rateSets: fc.Arbitrary<Rates> = pricedMeters.chain((meters) =>
  fc
    .array(prices, { minLength: meters.length, maxLength: meters.length })
    .map((list) =>
      Object.fromEntries(meters.map((meter, index) => [meter, { price: list[index] as string, per: 1_000_000 }])),
    ),
);

function bookOf(rates: Rates): PriceBook {
  const card = {
    provider: 'acme',
    model: 'm',
    currency: 'USD',
    source: { url: 'https://example.com' },
    prices: [{ rates }],
  };
  return compileBook([parseCardFile({ format: CARDS_FORMAT, cards: [card] }, 'cards.json')]);
}

function price(book: PriceBook, meters: Meters, model = 'm', provider = 'acme'): Cost {
  return costOf(book, { provider, model, atUs: 1.79e15, usage: { status: 'reported', meters }, context: {} });
}

test('one physical token is charged once, at its most specific rate, under overlapping modality, cache and reasoning parts', () => {
  fc.assert(
    fc.property(crowds, rateSets, (crowd, rates) => {
      const expected: Record<string, number> = {};
      for (const [token, size] of crowd) {
        const meter = chargedAs(token, Object.keys(rates) as Meter[]) as Meter;
        expected[meter] = (expected[meter] ?? 0) + size;
      }
      const cost = price(bookOf(rates), metersOf(crowd));
      expect(Object.fromEntries(cost.lines.map(({ meter, quantity }) => [meter, quantity]))).toEqual(expected);
      expect(['priced', 'free', 'partial']).toContain(cost.status);
    }),
    { numRuns: 1000 },
  );
});

test('the lines sum to the total exactly, and so do the classes', () => {
  fc.assert(
    fc.property(crowds, rateSets, (crowd, rates) => {
      const { lines, total } = price(bookOf(rates), metersOf(crowd));
      expect(sumMoney(lines.map(({ amount }) => amount))).toBe(total);
      expect(sumMoney(Object.values(costByClass(lines)) as Atto[])).toBe(total);
    }),
  );
});

test('one token more never costs less', () => {
  fc.assert(
    fc.property(crowds, rateSets, fc.constantFrom(...TOKENS), (crowd, rates, token) => {
      const book = bookOf(rates);
      const before = price(book, metersOf(crowd)).total as bigint;
      expect((price(book, metersOf([...crowd, [token, 1]])).total as bigint) >= before).toBe(true);
    }),
  );
});

test('a higher rate never costs less', () => {
  fc.assert(
    fc.property(crowds, rateSets, fc.nat(), (crowd, rates, pick) => {
      const meters = Object.keys(rates) as Meter[];
      const meter = meters[pick % meters.length] as Meter;
      const dearer = { ...rates, [meter]: { price: '10.000001', per: 1_000_000 } };
      const before = price(bookOf(rates), metersOf(crowd)).total as bigint;
      expect((price(bookOf(dearer), metersOf(crowd)).total as bigint) >= before).toBe(true);
    }),
  );
});

test('a flat price adds up: two calls cost what one call of both costs', () => {
  fc.assert(
    fc.property(crowds, crowds, rateSets, (a, b, rates) => {
      const book = bookOf(rates);
      const [first, second, both] = [a, b, [...a, ...b]].map((crowd) => price(book, metersOf(crowd)).total as bigint);
      expect((first as bigint) + (second as bigint)).toBe(both);
    }),
  );
});

/** Factors of two places: three of them on a rate of six places end within eighteen, so nothing is rounded. */
const factors = fc.integer({ min: 0, max: 300 }).map((hundredths) => (hundredths / 100).toFixed(2));

/** A book whose calls are multiplied by what the service, the region and a contract say. */
function multiplied(rates: Rates, tier: string, region: string, ratio: string): PriceBook {
  const period = {
    rates,
    multipliers: [
      { when: { service_tier: ['flex'] }, factor: tier },
      { when: { region: ['us'] }, factor: region },
    ],
  };
  const card = {
    provider: 'acme',
    model: 'm',
    currency: 'USD',
    source: { url: 'https://example.com' },
    prices: [period],
  };
  const contract = { name: 'contract', provider: 'acme', ratio };
  return compileBook([
    parseCardFile({ format: CARDS_FORMAT, cards: [card] }, 'cards.json'),
    parseCardFile({ format: CARDS_FORMAT, kind: 'organisation', adjustments: [contract] }, 'contract.json'),
  ]);
}

test('multipliers scale the total exactly, each once, in any order, and the list price is free of the contract', () => {
  fc.assert(
    fc.property(crowds, rateSets, factors, factors, factors, (crowd, rates, tier, region, ratio) => {
      const meters = metersOf(crowd);
      const cost = costOf(multiplied(rates, tier, region, ratio), {
        provider: 'acme',
        model: 'm',
        atUs: 1.79e15,
        usage: { status: 'reported', meters },
        context: { service_tier: 'flex', region: 'us' },
      });
      const plain = price(bookOf(rates), meters).total as bigint;
      const scaled = (...texts: readonly string[]) =>
        texts.reduce((product, text) => product * BigInt(text.replace('.', '')), plain) / 100n ** BigInt(texts.length);
      expect([cost.list, cost.contracted]).toEqual([scaled(tier, region), scaled(tier, region, ratio)]);
      expect(sumMoney(cost.lines.map(({ amount }) => amount))).toBe(cost.total);
    }),
  );
});

test('the order in which counts are reported changes nothing', () => {
  fc.assert(
    fc.property(crowds, rateSets, (crowd, rates) => {
      const book = bookOf(rates);
      const meters = metersOf(crowd);
      const reversed = Object.fromEntries(Object.entries(meters).reverse());
      expect(price(book, reversed)).toEqual(price(book, meters));
    }),
  );
});

test('the order in which rates are written changes nothing', () => {
  fc.assert(
    fc.property(crowds, rateSets, (crowd, rates) => {
      const reversed = Object.fromEntries(Object.entries(rates).reverse());
      const strip = ({ lines, total, status }: Cost) => ({ lines, total, status });
      expect(strip(price(bookOf(reversed), metersOf(crowd)))).toEqual(strip(price(bookOf(rates), metersOf(crowd))));
    }),
  );
});

const anything = fc.dictionary(
  fc.oneof(fc.constantFrom<string>(...METER_NAMES), fc.string()),
  fc.oneof(fc.nat(1000), fc.maxSafeNat(), fc.double(), fc.string(), fc.constant(null), fc.constant(1e18)),
);

test('whatever the counts, nothing throws, no line is negative, and a total is the sum of its lines', () => {
  const models = baseCards().cards.map(({ provider, model }) => [provider, model] as const);
  fc.assert(
    fc.property(anything, fc.constantFrom(...models), (meters, [provider, model]) => {
      const cost = price(baseBook(), meters as Meters, model, provider);
      expect(COST_STATUSES).toContain(cost.status);
      expect(cost.lines.every(({ amount, quantity }) => amount >= 0n && quantity > 0)).toBe(true);
      if (cost.total === undefined) expect([cost.lines, typeof cost.reason]).toEqual([[], 'string']);
      else expect(sumMoney(cost.lines.map(({ amount }) => amount))).toBe(cost.total);
    }),
    { numRuns: 2000 },
  );
});

const contradictory = fc.dictionary(fc.constantFrom<string>(...TOKEN_METERS), fc.nat(1000)) as fc.Arbitrary<Meters>;

test('counts that contradict each other are charged no lower than any root at its own rate, and never silently', () => {
  fc.assert(
    fc.property(contradictory, (meters) => {
      const book = bookOf({
        input_tokens: { price: '1', per: 1 },
        output_tokens: { price: '1', per: 1 },
      });
      const cost = price(book, meters);
      const charged = Number((cost.total as bigint) / 10n ** 18n);
      expect(charged).toBeGreaterThanOrEqual((meters.input_tokens ?? 0) + (meters.output_tokens ?? 0));
      for (const part of TOKEN_METERS) {
        const root = facets(part).direction === 'input' ? 'input_tokens' : 'output_tokens';
        if ((meters[part] ?? 0) > (meters[root] ?? 0)) expect(['inconsistent', 'partial']).toContain(cost.status);
      }
    }),
  );
});

test('the same request priced twice is the same cost, whatever was priced in between', () => {
  fc.assert(
    fc.property(anything, anything, (a, b) => {
      const first = price(baseBook(), a as Meters, 'claude-opus-5', 'anthropic');
      price(baseBook(), b as Meters, 'gpt-5.6-sol', 'openai');
      expect(price(baseBook(), a as Meters, 'claude-opus-5', 'anthropic')).toEqual(first);
    }),
  );
});
