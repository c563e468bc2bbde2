import { attoFromInteger, formatMoney, splitMoney, sumMoney } from '@costspan/usage';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { baseCards } from './base-book.ts';
import { CARDS_FORMAT, type CardFile } from './card.ts';
import { compileBook } from './compile-book.ts';
import type { PricingRequest } from './cost.ts';
import { costOf } from './cost-of.ts';
import { costToJson } from './cost-to-json.ts';
import { changeLines, diffCards } from './diff-cards.ts';
import { explainCost } from './explain-cost.ts';
import { lintCards } from './lint-cards.ts';
import { openBook } from './open-book.ts';
import { parseCardFile } from './parse-card-file.ts';

const SOURCE = { url: 'https://example.com', read: '2026-11-23' };
const perMillion = (price: string) => ({ price, per: 1_000_000 });
const layer = (kind: string, contents: object): CardFile =>
  parseCardFile({ format: CARDS_FORMAT, layer: kind, kind, ...contents }, `${kind}.json`);
const BASE = layer('base', {
  cards: [
    {
      provider: 'acme',
      model: 'm',
      aliases: ['m-2026'],
      currency: 'USD',
      source: SOURCE,
      prices: [{ rates: { input_tokens: perMillion('2'), output_tokens: perMillion('10') } }],
    },
    {
      provider: 'other',
      model: 'x',
      currency: 'USD',
      source: SOURCE,
      prices: [{ rates: { input_tokens: perMillion('1') } }],
    },
  ],
});

function prices(shop: object, asked: Partial<PricingRequest> = {}, below: object = {}) {
  const contract = Object.keys(below).length === 0 ? [] : [layer('organisation', below)];
  const book = compileBook([BASE, ...contract, layer('resale', shop)]);
  const { list, contracted, resale } = costToJson(
    costOf(book, {
      provider: 'acme',
      model: 'm',
      atUs: Date.parse('2026-06-01T00:00:00Z') * 1000,
      usage: { status: 'reported', meters: { input_tokens: 1_000_000, output_tokens: 100_000 } },
      context: {},
      ...asked,
    }),
  );
  return [list, contracted, resale];
}

describe('what one’s own customer pays', () => {
  const adjustment = (fields: object) => ({ adjustments: [{ name: 'markup', provider: 'acme', ...fields }] });

  test.each<[string, object, string]>([
    ['15 % on everything', adjustment({ ratio: '1.15' }), '3.45'],
    ['15 % on output alone', adjustment({ ratio: '1.15', classes: ['output'] }), '3.15'],
    ['an amount per call', adjustment({ fees: { requests: { price: '0.002', per: 1 } } }), '3.002'],
    ['an amount per million tokens of the prompt', adjustment({ fees: { input_tokens: perMillion('0.5') } }), '3.5'],
    [
      'both, in their order',
      {
        adjustments: [
          { name: 'fee', provider: '*', fees: { requests: { price: '1', per: 1 } } },
          { name: 'tax', provider: '*', ratio: '1.1' },
        ],
      },
      '4.4',
    ],
    [
      'both, the other way round',
      {
        adjustments: [
          { name: 'tax', provider: '*', ratio: '1.1' },
          { name: 'fee', provider: '*', fees: { requests: { price: '1', per: 1 } } },
        ],
      },
      '4.3',
    ],
    [
      'a price list of one’s own',
      {
        cards: [
          {
            provider: 'acme',
            model: 'm',
            currency: 'USD',
            source: SOURCE,
            prices: [{ rates: { input_tokens: perMillion('5'), output_tokens: perMillion('20') } }],
          },
        ],
      },
      '7',
    ],
    [
      'one price of one’s own',
      { overrides: [{ provider: 'acme', models: ['m'], source: SOURCE, rates: { output_tokens: perMillion('30') } }] },
      '5',
    ],
  ])('is %s', (_what, shop, resale) => {
    expect(prices(shop)).toEqual(['3', '3', resale]);
  });

  test('a markup is on the contracted price and its fees, and list, contracted and resale stand apart', () => {
    const below = {
      adjustments: [
        { name: 'discount', provider: 'acme', ratio: '0.9' },
        { name: 'router', provider: 'acme', fees: { input_tokens: perMillion('0.14') } },
      ],
    };
    expect(prices(adjustment({ ratio: '1.5' }), {}, below)).toEqual(['3', '2.84', '4.26']);
  });

  test('a fee is a line of its own with its name, and the lines sum to the total', () => {
    const book = compileBook([
      BASE,
      layer('organisation', adjustment({ fees: { requests: { price: '0.002', per: 1 } } })),
    ]);
    const cost = costOf(book, {
      provider: 'acme',
      model: 'm',
      atUs: 0,
      usage: { status: 'reported', meters: { input_tokens: 5 } },
      context: {},
    });
    expect(cost.lines.map(({ meter, quantity, fee }) => [meter, quantity, fee])).toEqual([
      ['input_tokens', 5, undefined],
      ['requests', 1, 'markup'],
    ]);
    expect(cost.total).toBe(sumMoney(cost.lines.map(({ amount }) => amount)));
  });

  test('a fee alone prices nothing: what has no price stays unknown', () => {
    const shop = adjustment({ fees: { requests: { price: '1', per: 1 } } });
    const usage = { status: 'reported' as const, meters: { web_searches: 2 } };
    expect(prices(shop, { usage })).toEqual([null, null, null]);
    expect(prices(shop, { model: 'unheard-of' })).toEqual([null, null, null]);
    expect(prices(shop, { usage: { status: 'unavailable', meters: {} } })).toEqual([null, null, null]);
  });
});

describe('by customer and date', () => {
  const SHOP = {
    adjustments: [
      { name: 'markup', provider: '*', ratio: '1.2' },
      {
        name: 'loyal',
        provider: '*',
        customers: ['globex', 'initech'],
        from: '2026-05-01T00:00:00Z',
        to: '2026-07-01T00:00:00Z',
        ratio: '0.5',
      },
      { name: 'seat', provider: 'acme', customers: ['globex'], fees: { requests: { price: '1', per: 1 } } },
    ],
  };
  test.each<[string | undefined, string, string]>([
    [undefined, '2026-06-01T00:00:00Z', '3.6'],
    ['nobody', '2026-06-01T00:00:00Z', '3.6'],
    ['Globex', '2026-06-01T00:00:00Z', '3.6'],
    ['initech', '2026-06-01T00:00:00Z', '1.8'],
    ['globex', '2026-06-01T00:00:00Z', '2.8'],
    ['globex', '2026-04-30T23:59:59.999Z', '4.6'],
    ['globex', '2026-05-01T00:00:00Z', '2.8'],
    ['globex', '2026-07-01T00:00:00Z', '4.6'],
  ])('%s at %s pays %s', (customer, at, resale) => {
    expect(prices(SHOP, { ...(customer === undefined ? {} : { customer }), atUs: Date.parse(at) * 1000 })[2]).toBe(
      resale,
    );
  });

  const LIST = layer('resale', {
    customers: ['umbrella'],
    cards: [
      {
        provider: 'acme',
        model: 'm',
        aliases: ['flagship'],
        currency: 'USD',
        source: SOURCE,
        prices: [{ rates: { input_tokens: perMillion('7') } }],
      },
      {
        provider: 'acme',
        model: 'theirs',
        currency: 'USD',
        source: SOURCE,
        prices: [{ rates: { input_tokens: perMillion('9') } }],
      },
    ],
  });
  const book = compileBook([
    BASE,
    layer('resale', { layer: 'shop', adjustments: [{ name: 'markup', provider: '*', ratio: '1.2' }] }),
    LIST,
  ]);
  const resale = (model: string, customer: string | undefined) =>
    costToJson(
      costOf(book, {
        provider: 'acme',
        model,
        customer,
        atUs: 0,
        usage: { status: 'reported', meters: { input_tokens: 1_000_000 } },
        context: {},
      }),
    ).resale;

  test('a price list of a customer is for it alone, by every name of the model and of the list', () => {
    expect(
      ['m', 'm-2026', 'flagship', 'theirs', 'M-2026'].map((model) => [
        resale(model, 'umbrella'),
        resale(model, undefined),
      ]),
    ).toEqual([
      ['8.4', '2.4'],
      ['8.4', '2.4'],
      ['8.4', null],
      ['10.8', null],
      ['8.4', '2.4'],
    ]);
  });

  test('a difference names who pays it', () => {
    expect(diffCards([BASE], [BASE, layer('resale', SHOP), LIST]).flatMap(changeLines)).toEqual([
      '*/* › resale › markup on everything: nothing → × 1.2',
      '*/* › resale › loyal on everything for globex initech from 2026-05-01T00:00:00Z to 2026-07-01T00:00:00Z: nothing → × 0.5',
      'acme/* › resale › seat on everything for globex: nothing → + 1 per 1 requests',
      'acme/* › resale › m for umbrella › currency: nothing → USD',
      'acme/* › resale › m for umbrella › input_tokens: nothing → 7 per 1000000',
      'acme/* › resale › theirs for umbrella › currency: nothing → USD',
      'acme/* › resale › theirs for umbrella › input_tokens: nothing → 9 per 1000000',
    ]);
  });

  test('an explanation shows the layers that made the customer’s price', () => {
    const explained = explainCost(book, {
      provider: 'acme',
      model: 'm',
      customer: 'umbrella',
      atUs: 0,
      usage: { status: 'reported', meters: { input_tokens: 1 } },
      context: {},
    });
    expect(explained.layers.map(({ layer: name }) => name)).toEqual(['base']);
    expect(explained.resale?.layers.map(({ layer: name, what, name: term }) => [name, what, term])).toEqual([
      ['resale', 'card', 'acme/m'],
      ['shop', 'adjustment', 'markup ×1.2'],
    ]);
  });

  test('terms of a customer that name nothing are mistakes, as all others', () => {
    const shop = layer('resale', {
      adjustments: [{ name: 'a', provider: 'acme', models: ['mm'], customers: ['x'], ratio: '2' }],
    });
    expect(lintCards([BASE, shop]).map(({ code }) => code)).toEqual(['TERM_IDLE']);
  });

  test('many customers with the same terms share what is compiled, and many with their own are bounded', () => {
    const customers = Array.from({ length: 5000 }, (_, index) => `c${index}`);
    const shop = layer('resale', {
      adjustments: customers.map((customer, index) => ({
        name: customer,
        provider: 'acme',
        customers: [customer],
        ratio: `1.${index}`,
      })),
    });
    const many = compileBook([BASE, shop]);
    const usage = { status: 'reported' as const, meters: { input_tokens: 1_000_000 } };
    for (const round of [0, 1]) {
      for (const [index, customer] of customers.entries()) {
        if (index % 97 !== round) continue;
        const cost = costOf(many, { provider: 'acme', model: 'm', customer, atUs: 0, usage, context: {} });
        expect(cost.resale).toBe((2n * BigInt(`1${index}`) * 10n ** 18n) / 10n ** BigInt(String(index).length));
      }
    }
  });
});

test('every mistake of the new fields is answered at once, with what to do', () => {
  const file = {
    format: CARDS_FORMAT,
    kind: 'organisation',
    customers: ['acme'],
    cards: [
      {
        provider: 'p',
        model: 'm',
        currency: 'USD',
        source: SOURCE,
        prices: [
          {
            rates: { input_tokens: perMillion('1') },
            tiers: [
              {
                meter: 'input_tokens',
                mode: 'stairs',
                op: '>',
                threshold: 1,
                rates: { input_tokens: perMillion('1') },
              },
              {
                meter: 'input_tokens',
                mode: 'marginal',
                op: '>=',
                threshold: 2,
                rates: { input_tokens: perMillion('1') },
              },
              {
                meter: 'input_tokens',
                mode: 'marginal',
                op: '>',
                threshold: 3,
                rates: { output_tokens: perMillion('1') },
              },
              {
                meter: 'input_tokens',
                mode: 'marginal',
                op: '>',
                threshold: 4,
                rates: { input_tokens: { price: '1', per: 1, minimum: 3 } },
              },
              { meter: 'input_tokens', op: '>', threshold: 5, rates: { cache_read_tokens: perMillion('1') } },
            ],
          },
        ],
      },
    ],
    overrides: [{ provider: '*', customers: [], source: SOURCE }],
    adjustments: [
      { name: 'a', provider: '*', ratio: '1', fees: { requests: { price: '1', per: 1 } } },
      { name: 'b', provider: '*', fees: { request: { price: '1', per: 1 } } },
      { name: 'c', provider: '*' },
      { name: 'd', provider: '*', customers: ['x'], fees: {} },
    ],
  };
  const opened = openBook([baseCards()], [{ name: 'bad.json', value: file }]);
  expect(opened.kind === 'refused' && opened.findings.map(({ at, code }) => `${at} ${code}`)).toEqual([
    'cards[0].prices[0].tiers[0].mode MODE_UNKNOWN',
    'cards[0].prices[0].tiers[1].op OPERATOR_MARGINAL',
    'cards[0].prices[0].tiers[2].rates.output_tokens METER_OUTSIDE',
    'cards[0].prices[0].tiers[3].rates.input_tokens UNITS_MARGINAL',
    'cards[0].prices[0].tiers[4].mode TIER_MODE',
    'overrides[0].customers NAMES_EMPTY',
    'overrides[0].provider PROVIDER_ANY',
    'adjustments[0] RATIO_AND_FEES',
    'adjustments[1].fees.request METER_UNKNOWN',
    'adjustments[2].ratio RATE_FORMAT',
    'adjustments[3].fees RATES_EMPTY',
    'customers CUSTOMERS_KIND',
    'overrides[0].customers CUSTOMERS_KIND',
    'adjustments[3].customers CUSTOMERS_KIND',
  ]);
});

test('the first units of a ladder need a price of their own', () => {
  const tier = { meter: 'input_tokens', mode: 'marginal', op: '>', threshold: 3 };
  const prices = [
    { rates: { output_tokens: perMillion('1') }, tiers: [{ ...tier, rates: { input_tokens: perMillion('1') } }] },
  ];
  const opened = openBook(
    [],
    [
      {
        name: 'a',
        value: {
          format: CARDS_FORMAT,
          cards: [{ provider: 'p', model: 'm', currency: 'USD', source: SOURCE, prices }],
        },
      },
    ],
  );
  expect(opened.kind === 'refused' && opened.findings.map(({ at, code }) => `${at} ${code}`)).toEqual([
    'cards[0].prices[0].tiers[0].rates.input_tokens RATE_FIRST',
  ]);
});

describe('laws of markups', () => {
  const ratio = fc
    .integer({ min: 1, max: 9999 })
    .map((n) => `${Math.floor(n / 1000)}.${String(n % 1000).padStart(3, '0')}`);
  const meters = fc.record({ input_tokens: fc.nat(10_000_000), output_tokens: fc.nat(10_000_000) });

  test('ratios multiply exactly whatever their number, and fees add exactly', () => {
    fc.assert(
      fc.property(fc.array(ratio, { maxLength: 4 }), fc.nat(1_000_000), meters, (ratios, fee, counts) => {
        const adjustments = [
          ...ratios.map((text, index) => ({ name: `r${index}`, provider: 'acme', ratio: text })),
          { name: 'fee', provider: 'acme', fees: { requests: { price: String(fee), per: 1_000_000 } } },
        ];
        const book = compileBook([BASE, layer('resale', { adjustments })]);
        const cost = costOf(book, {
          provider: 'acme',
          model: 'm',
          atUs: 0,
          usage: { status: 'reported', meters: counts },
          context: {},
        });
        // In 10⁻¹⁸: prices are 2 and 10 for a million, ratios thousandths, fees millionths.
        const base = (BigInt(counts.input_tokens) * 2n + BigInt(counts.output_tokens) * 10n) * 10n ** 12n;
        const product = ratios.reduce((sum, text) => sum * BigInt(text.replace('.', '')), base);
        expect(cost.resale).toBe(product / 1000n ** BigInt(ratios.length) + BigInt(fee) * 10n ** 12n);
        expect(cost.list).toBe(base);
      }),
    );
  });

  test('a fee that is shared out comes back whole', () => {
    const shares = splitMoney(attoFromInteger(10n ** 18n), [1n, 1n, 1n]);
    expect(formatMoney(sumMoney(shares))).toBe('1');
  });
});
