import { readFileSync } from 'node:fs';
import { attoFromInteger, parseMoney } from '@costspan/usage';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { baseBook, baseCards } from './base-book.ts';
import { CARDS_FORMAT, type CardFile } from './card.ts';
import { compileBook } from './compile-book.ts';
import { costOf } from './cost-of.ts';
import { costToJson } from './cost-to-json.ts';
import { FX_FORMAT } from './fx.ts';
import { lintFx } from './lint-fx.ts';
import { openBook } from './open-book.ts';
import { parseCardFile } from './parse-card-file.ts';
import { isFxFile, parseFxFile } from './parse-fx-file.ts';
import { ReloadableBook } from './reloadable-book.ts';

const SOURCE = { url: 'https://example.com/rates', read: '2026-11-20' };
const perMillion = (price: string) => ({ price, per: 1_000_000 });
const card = (model: string, currency: string, price: string) => ({
  provider: 'acme',
  model,
  currency,
  source: SOURCE,
  prices: [{ rates: { input_tokens: perMillion(price) } }],
});
const CARDS = parseCardFile(
  { format: CARDS_FORMAT, layer: 'list', kind: 'base', cards: [card('yuan', 'CNY', '2'), card('dollar', 'USD', '2')] },
  'cards.json',
);
const FX = {
  format: FX_FORMAT,
  rates: [
    { currency: 'CNY', from: '2026-07-01T00:00:00Z', to: '2026-12-01T00:00:00Z', rate: '0.1405', source: SOURCE },
    { currency: 'CNY', to: '2026-07-01T00:00:00Z', rate: '0.139', source: SOURCE },
  ],
};
const schema = new Ajv2020().compile(
  JSON.parse(readFileSync(new URL('../schema/fx-1.schema.json', import.meta.url), 'utf8')),
);

function ask(model: string, at: string, layers: readonly CardFile[] = [CARDS], tokens = 1_000_000, fx: object = FX) {
  const book = compileBook(layers, { fx: parseFxFile(fx, 'fx.json') });
  return costToJson(
    costOf(book, {
      provider: 'acme',
      model,
      atUs: Date.parse(at) * 1000,
      usage: { status: 'reported', meters: { input_tokens: tokens } },
      context: {},
    }),
  );
}

describe('an amount in another currency is kept, and stands in US dollars beside it', () => {
  test.each([
    ['2026-06-30T23:59:59.999Z', '0.278', '0.139', undefined],
    ['2026-07-01T00:00:00Z', '0.281', '0.1405', '2026-07-01T00:00:00Z'],
    ['2026-11-30T23:59:59.999Z', '0.281', '0.1405', '2026-07-01T00:00:00Z'],
  ])('at %s', (at, total, rate, from) => {
    expect(ask('yuan', at)).toMatchObject({
      status: 'priced',
      total: '2',
      currency: 'CNY',
      converted: { currency: 'USD', total, rate, ...(from === undefined ? {} : { from }), source: SOURCE },
    });
  });

  test('without a rate for the instant the native amount stays, and the other is unknown with its reason', () => {
    expect(ask('yuan', '2026-12-01T00:00:00Z')).toMatchObject({
      status: 'priced',
      total: '2',
      currency: 'CNY',
      converted: { currency: 'USD', total: null, reason: 'fx_missing:CNY' },
    });
  });

  test('US dollars are not converted, and nothing is without rates', () => {
    expect(ask('dollar', '2026-08-01T00:00:00Z')).not.toHaveProperty('converted');
    const cost = costOf(compileBook([CARDS]), {
      provider: 'acme',
      model: 'yuan',
      atUs: 0,
      usage: { status: 'reported', meters: { input_tokens: 1 } },
      context: {},
    });
    expect([cost.currency, cost.converted]).toEqual(['CNY', undefined]);
  });

  test('a call without a total has nothing to convert', () => {
    expect(ask('unheard-of', '2026-08-01T00:00:00Z')).not.toHaveProperty('converted');
  });

  test.each([
    [1, '0.5', '0.000001'],
    [1, '0.0000000000005', '0.000000000000000001'],
    [1, '0.00000000000025', '0'],
    [3, '0.00000000000025', '0.000000000000000002'],
  ])('%d tokens at %s are rounded once, half to even, at 10⁻¹⁸', (tokens, rate, total) => {
    const fx = { format: FX_FORMAT, rates: [{ currency: 'CNY', rate, source: SOURCE }] };
    expect(ask('yuan', '2026-08-01T00:00:00Z', [CARDS], tokens, fx).converted?.total).toBe(total);
  });
});

describe('prices in several currencies', () => {
  const shop = parseCardFile(
    {
      format: CARDS_FORMAT,
      layer: 'shop',
      kind: 'resale',
      cards: [card('yuan', 'USD', '1'), card('dollar', 'CNY', '30')],
    },
    'shop.json',
  );

  test('list, contracted and resale are converted too', () => {
    const markup = parseCardFile(
      {
        format: CARDS_FORMAT,
        layer: 'shop',
        kind: 'resale',
        adjustments: [{ name: 'm', provider: '*', ratio: '1.5' }],
      },
      'shop.json',
    );
    expect(ask('yuan', '2026-08-01T00:00:00Z', [CARDS, markup])).toMatchObject({
      list: '2',
      contracted: '2',
      resale: '3',
      converted: { total: '0.281', list: '0.281', contracted: '0.281', resale: '0.4215' },
    });
  });

  test('an amount never stands under the name of another currency', () => {
    expect(ask('dollar', '2026-08-01T00:00:00Z', [CARDS, shop])).toMatchObject({
      currency: 'USD',
      list: '2',
      resale: '4.215',
    });
    expect(ask('dollar', '2026-12-01T00:00:00Z', [CARDS, shop])).toMatchObject({
      currency: 'USD',
      list: '2',
      resale: null,
    });
    expect(ask('yuan', '2026-08-01T00:00:00Z', [CARDS, shop])).toMatchObject({
      currency: 'CNY',
      list: '2',
      resale: null,
    });
  });
});

test('every mistake of a file is answered at once, with what to do', () => {
  const file = {
    format: 'costspan.fx/2',
    base: 'EUR',
    rates: [
      { currency: 'yuan', rate: '0.14', source: SOURCE },
      { currency: 'USD', rate: '1', source: SOURCE },
      { currency: 'CNY', rate: 0.14, source: SOURCE },
      { currency: 'CNY', rate: '-1', source: SOURCE },
      { currency: 'CNY', rate: '0.000', source: SOURCE },
      { currency: 'GBP', from: '2026-01-01', rate: '1.3', source: SOURCE },
      { currency: 'GBP', from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z', rate: '1.3', source: SOURCE },
      { currency: 'EUR', to: '2026-02-01T00:00:00Z', rate: '1.1', source: { url: '' } },
      { currency: 'JPY', to: '2026-02-01T00:00:00Z', rate: '0.006', source: SOURCE },
      { currency: 'JPY', from: '2026-01-31T23:59:59Z', rate: '0.0061', source: SOURCE },
      'CHF 1.1',
    ],
  };
  const opened = openBook([baseCards()], [], { name: 'fx.json', value: file });
  expect(opened.kind === 'refused' && opened.findings.map(({ at, code }) => `${at} ${code}`)).toEqual([
    '$.base FIELD_UNKNOWN',
    'format FORMAT_UNKNOWN',
    'rates[0].currency CURRENCY_FORMAT',
    'rates[1].currency CURRENCY_TARGET',
    'rates[2].rate RATE_NUMBER',
    'rates[3].rate RATE_NEGATIVE',
    'rates[4].rate RATE_ZERO',
    'rates[5].from INSTANT_FORMAT',
    'rates[6] PERIOD_EMPTY',
    'rates[7].source.url TEXT_EXPECTED',
    'rates[10] OBJECT_EXPECTED',
    'rates[9] PERIOD_OVERLAP',
  ]);
});

test('a file is canonical, has a version, and fits the schema', () => {
  const parsed = parseFxFile(FX, 'fx.json');
  expect(parsed.rates.map(({ rate }) => rate)).toEqual(['0.139', '0.1405']);
  expect(parseFxFile({ ...FX, rates: [...FX.rates].reverse() }, 'fx.json').version).toBe(parsed.version);
  expect(parseFxFile(parsed, 'fx.json')).toEqual(parsed);
  expect(() => parseFxFile({ ...parsed, version: 'sha256:0' }, 'fx.json')).toThrow(/VERSION_MISMATCH/);
  expect([schema(FX), schema(JSON.parse(JSON.stringify(parsed)))]).toEqual([true, true]);
  expect([isFxFile(FX), isFxFile(CARDS), isFxFile(null)]).toEqual([true, false, false]);
});

test('what looks wrong about rates is a warning beside the cards that need them', () => {
  const fx = parseFxFile({ ...FX, rates: [{ ...FX.rates[0], from: '2026-08-01T00:00:00Z' }, FX.rates[1]] }, 'fx.json');
  const codes = (at: string, file = fx) =>
    lintFx(file, [CARDS], 'fx.json', { nowUs: Date.parse(at) * 1000 }).map(
      ({ severity, code }) => `${severity} ${code}`,
    );
  expect(codes('2026-11-23T00:00:00Z')).toEqual(['warning FX_GAP']);
  expect(codes('2026-12-01T00:00:00Z')).toEqual(['warning FX_GAP', 'warning FX_ENDED']);
  const open = parseFxFile(
    { format: FX_FORMAT, rates: [{ currency: 'CNY', rate: '0.14', source: SOURCE }] },
    'fx.json',
  );
  expect([codes('2026-12-21T00:00:00Z', open), codes('2026-12-22T00:00:00Z', open)]).toEqual([
    [],
    ['warning FX_STALE'],
  ]);
  const none = parseFxFile({ format: FX_FORMAT, rates: [] }, 'fx.json');
  expect(codes('2026-11-23T00:00:00Z', none)).toEqual(['warning FX_MISSING']);
  expect(lintFx(none, [baseCards()], 'fx.json')).toEqual([]);
});

test('rates are part of the version of a book, and are reloaded with the cards', () => {
  const value = (rate: string) => ({
    name: 'fx.json',
    value: { format: FX_FORMAT, rates: [{ currency: 'CNY', rate, source: SOURCE }] },
  });
  const opened = openBook([CARDS], [], value('0.14'));
  if (opened.kind !== 'active') throw new Error('refused');
  expect(opened.book.version).not.toBe(compileBook([CARDS]).version);
  const prices = new ReloadableBook([CARDS], opened);
  expect(prices.reload([], { fx: value('0.14') }).kind).toBe('unchanged');
  expect(prices.reload([], { fx: value('0.15') }).kind).toBe('replaced');
  expect(prices.reload([], { fx: value('zero') }).kind).toBe('refused');
  expect(prices.book.fx?.rates.get('CNY')?.[0]?.source.rate).toBe('0.15');
});

test('a rate of exchange that moves by more than ten times is refused, unless it is meant', () => {
  const value = (rate: string) => ({
    name: 'fx.json',
    value: { format: FX_FORMAT, rates: [{ currency: 'CNY', rate, source: SOURCE }] },
  });
  const opened = openBook([CARDS], [], value('0.14'));
  if (opened.kind !== 'active') throw new Error('refused');
  const prices = new ReloadableBook([CARDS], opened);
  const refused = prices.reload([], { fx: value('7.12') });
  expect(refused.kind === 'refused' && refused.findings.map(({ layer, at, code }) => `${layer} ${at} ${code}`)).toEqual(
    ['fx.json rates.CNY RATE_JUMP'],
  );
  expect(prices.reload([], { fx: value('1.4') }).kind).toBe('replaced');
  expect(prices.reload([], { fx: value('0.13') }).kind).toBe('refused');
  expect(prices.reload([], { fx: value('0.13'), force: true }).kind).toBe('replaced');
});

test('what the cards say beside a reported cost is converted too, and the reported one is not', () => {
  const opened = openBook([CARDS], [], {
    name: 'fx.json',
    value: { format: FX_FORMAT, rates: [{ currency: 'CNY', rate: '0.5', source: SOURCE }] },
  });
  if (opened.kind !== 'active') throw new Error('refused');
  const cost = costOf(opened.book, {
    provider: 'acme',
    model: 'yuan',
    atUs: Date.parse('2026-08-01T00:00:00Z') * 1000,
    usage: { status: 'reported', meters: { input_tokens: 1_000_000 } },
    context: { reported_cost: { amount: '0.9', currency: 'USD' } },
  });
  expect(cost).toMatchObject({ currency: 'USD', total: 9n * 10n ** 17n, computed: { currency: 'CNY' } });
  expect(cost.converted).toBeUndefined();
  expect(cost.computed?.converted?.total).toBe((cost.computed?.total ?? 0n) / 2n);
});

test('a price that moves by more than ten times is refused, unless it is meant', () => {
  const cards = (price: string) => [
    { name: 'list.json', value: { format: CARDS_FORMAT, layer: 'list', cards: [card('m', 'USD', price)] } },
  ];
  const opened = openBook([], cards('1'));
  if (opened.kind !== 'active') throw new Error('refused');
  const prices = new ReloadableBook([], opened);
  expect(prices.reload(cards('10')).kind).toBe('replaced');
  const refused = prices.reload(cards('0.9'));
  expect(refused.kind === 'refused' && refused.findings.map(({ at, code }) => `${at} ${code}`)).toEqual([
    'acme/m.input_tokens RATE_JUMP',
  ]);
  expect(prices.lastReload).toBe(refused);
  expect(prices.reload(cards('0.9'), { force: true }).kind).toBe('replaced');
  expect(prices.reload(cards('0')).kind).toBe('replaced');
});

test('whatever the rates, a conversion is the product rounded to the nearest, and never throws', () => {
  const rate = fc
    .tuple(fc.nat(1000), fc.nat(999_999))
    .map(([whole, part]) => `${whole}.${String(part).padStart(6, '0')}1`);
  fc.assert(
    fc.property(rate, fc.nat(2 ** 40), (text, tokens) => {
      const fx = { format: FX_FORMAT, rates: [{ currency: 'CNY', rate: text, source: SOURCE }] };
      const { total, converted } = ask('yuan', '2026-08-01T00:00:00Z', [CARDS], tokens, fx);
      // total has at most 6 decimals and the rate 7: the product ends within 18, so nothing is rounded.
      const product = (parseMoney(total ?? '') * parseMoney(text)) / 10n ** 18n;
      expect(parseMoney(converted?.total ?? '')).toBe(attoFromInteger(product));
    }),
  );
});

test('a book of thousands of daily rates finds the day', () => {
  const day = (n: number) => new Date(Date.UTC(2020, 0, 1) + n * 86_400_000).toISOString().replace('.000', '');
  const rates = Array.from({ length: 3000 }, (_, n) => ({
    currency: 'CNY',
    from: day(n),
    to: day(n + 1),
    rate: `0.${1000 + n}`,
    source: SOURCE,
  }));
  const fx = { format: FX_FORMAT, rates };
  expect([0, 1, 1499, 2999].map((n) => ask('yuan', day(n), [CARDS], 1, fx).converted?.rate)).toEqual(
    [0, 1, 1499, 2999].map((n) => parseFxFile(fx, 'fx').rates[n]?.rate),
  );
  expect(
    [ask('yuan', day(3000), [CARDS], 1, fx), ask('yuan', day(-1), [CARDS], 1, fx)].map(
      ({ converted }) => converted?.reason,
    ),
  ).toEqual(['fx_missing:CNY', 'fx_missing:CNY']);
});

test('the bundled book needs no rates', () => {
  expect(new Set([...baseBook().cards()].map(({ card: { currency } }) => currency))).toEqual(new Set(['USD']));
});
