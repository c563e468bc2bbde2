import { attoFromInteger, METER_NAMES, METERS, parseMoney, sumMoney } from '@costspan/usage';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { baseBook, baseCards } from '../base-book.ts';
import { CARDS_FORMAT } from '../card.ts';
import { compileBook } from '../compile-book.ts';
import type { Cost } from '../cost.ts';
import { costOf } from '../cost-of.ts';
import { parseCardFile } from '../parse-card-file.ts';
import { FOCUS_COLUMNS, FOCUS_VERSIONS, type FocusRow } from './focus-columns.ts';
import { focusRows } from './focus-rows.ts';

const million = (price: string) => ({ price, per: 1_000_000 });
const SOURCE = { url: 'https://example.com/prices', read: '2026-11-20' };
const card = (model: string, prices: object, more: object = {}) => ({
  ...{ provider: 'acme', model, currency: 'USD', source: SOURCE, prices: [prices] },
  ...more,
});
const step = (threshold: number, price: string) => ({
  ...{ meter: 'input_tokens', mode: 'marginal', op: '>', threshold },
  rates: { input_tokens: million(price) },
});
const LIST = {
  format: CARDS_FORMAT,
  layer: 'list',
  kind: 'base',
  cards: [
    card('plain', {
      rates: { input_tokens: million('2.5'), output_tokens: million('10'), requests: { price: '0.01', per: 1 } },
      multipliers: [{ when: { batch: true }, factor: '0.5' }],
    }),
    card('cached', {
      rates: { input_tokens: million('3'), cache_read_tokens: million('0.3'), output_tokens: million('15') },
    }),
    card('third', { rates: { input_tokens: { price: '1', per: 12_000_000 }, seconds: { price: '0.06', per: 3600 } } }),
    card('ladder', { rates: { input_tokens: million('1') }, tiers: [step(10_000, '2'), step(50_000, '3')] }),
    card('whole', {
      rates: { seconds: { price: '0.04', per: 3600, minimum: 10 }, sessions: { price: '0.03', per: 1, increment: 5 } },
    }),
    card('yuan', { rates: { input_tokens: million('2') } }, { currency: 'CNY' }),
  ],
};
const CONTRACT = {
  format: CARDS_FORMAT,
  layer: 'contract',
  kind: 'organisation',
  overrides: [
    {
      provider: 'acme',
      models: ['plain'],
      source: SOURCE,
      rates: { cache_read_tokens: { price: '0.0005', per: 1000 } },
    },
  ],
  cards: [
    card('cached', { rates: { input_tokens: million('2'), output_tokens: million('12') } }),
    card('own', { rates: { input_tokens: million('1') } }),
  ],
  adjustments: [
    { name: 'discount', provider: 'acme', ratio: '0.9275' },
    { name: 'support', provider: 'acme', models: ['cached'], fees: { requests: { price: '0.002', per: 1 } } },
  ],
};
const list = compileBook([parseCardFile(LIST, 'list.json')]);
const contract = compileBook([parseCardFile(LIST, 'list.json'), parseCardFile(CONTRACT, 'contract.json')]);
const books = { list, contract, base: baseBook(), both: compileBook([baseCards(), parseCardFile(LIST, 'list.json')]) };

const WHOSE = {
  billingAccountId: 'acct-1',
  billingPeriod: { start: '2026-11-01T00:00:00Z', end: '2026-12-01T00:00:00Z' },
  chargePeriod: { start: '2026-11-20T10:00:00Z', end: '2026-11-20T11:00:00Z' },
  tags: { customer_id: 'globex' },
};
type Asked = { provider?: string; model: string; meters: object; context?: object };

function cost(book: keyof typeof books, { provider = 'acme', model, meters, context = {} }: Asked): Cost {
  const usage = { status: 'reported' as const, meters };
  return costOf(books[book], { provider, model, atUs: Date.UTC(2026, 10, 20) * 1000, usage, context });
}

function rows(book: keyof typeof books, asked: Asked, version: '1.2' | '1.3' = '1.2'): FocusRow[] {
  const { provider = 'acme', model, context = {} } = asked;
  return focusRows(cost(book, asked), { ...WHOSE, provider, model, context }, version);
}

const shown = (row: FocusRow) =>
  `${row.SkuMeter}: ${row.PricingQuantity} × ${row.PricingUnit} at ${row.ListUnitPrice} = ${row.ListCost}, paid ${row.ContractedUnitPrice} = ${row.ContractedCost}; ${row.ConsumedQuantity} ${row.ConsumedUnit}`;

describe('one row for each line, with list and contracted prices', () => {
  test.each<[string, keyof typeof books, Asked, string[]]>([
    [
      'list prices',
      'list',
      { model: 'cached', meters: { input_tokens: 10_000, cache_read_tokens: 9000, output_tokens: 40 } },
      [
        'Input Tokens: 0.001 × 1000000 Tokens at 3 = 0.003, paid 3 = 0.003; 1000 Tokens',
        'Cache Read Tokens: 0.009 × 1000000 Tokens at 0.3 = 0.0027, paid 0.3 = 0.0027; 9000 Tokens',
        'Output Tokens: 0.00004 × 1000000 Tokens at 15 = 0.0006, paid 15 = 0.0006; 40 Tokens',
      ],
    ],
    [
      'a factor and a contract',
      'contract',
      { model: 'plain', meters: { input_tokens: 1000, output_tokens: 100 }, context: { batch: true } },
      [
        'Input Tokens: 0.001 × 1000000 Tokens at 1.25 = 0.00125, paid 1.159375 = 0.001159375; 1000 Tokens',
        'Output Tokens: 0.0001 × 1000000 Tokens at 5 = 0.0005, paid 4.6375 = 0.00046375; 100 Tokens',
        'Requests: 1 × Requests at 0.01 = 0.01, paid 0.009275 = 0.009275; 1 Requests',
      ],
    ],
    [
      'a prompt that the contract splits and the list does not, whole',
      'contract',
      { model: 'plain', meters: { input_tokens: 1000, cache_read_tokens: 400 } },
      [
        'Input Tokens: 1 × Charges at 0.0025 = 0.0025, paid 0.00157675 = 0.00157675; 1000 Tokens',
        'Requests: 1 × Requests at 0.01 = 0.01, paid 0.009275 = 0.009275; 1 Requests',
      ],
    ],
    [
      'a prompt that the list splits and the contract does not, whole; and a fee that the list does not know',
      'contract',
      { model: 'cached', meters: { input_tokens: 1000, cache_read_tokens: 400 } },
      [
        'Input Tokens: 1 × Charges at 0.00192 = 0.00192, paid 0.001855 = 0.001855; 1000 Tokens',
        'Requests: 1 × Requests at 0 = 0, paid 0.002 = 0.002; 1 Requests',
      ],
    ],
    [
      'a price that does not end, as a whole',
      'list',
      { model: 'third', meters: { input_tokens: 7, seconds: 1 } },
      [
        'Input Tokens: 1 × Charges at 0.000000583333333333 = 0.000000583333333333, paid 0.000000583333333333 = 0.000000583333333333; 7 Tokens',
        'Seconds: 1 × Charges at 0.000016666666666667 = 0.000016666666666667, paid 0.000016666666666667 = 0.000016666666666667; 1 Seconds',
      ],
    ],
    [
      'the steps of a ladder',
      'list',
      { model: 'ladder', meters: { input_tokens: 60_000 } },
      [
        'Input Tokens: 0.01 × 1000000 Tokens at 1 = 0.01, paid 1 = 0.01; 10000 Tokens',
        'Input Tokens: 0.04 × 1000000 Tokens at 2 = 0.08, paid 2 = 0.08; 40000 Tokens',
        'Input Tokens: 0.01 × 1000000 Tokens at 3 = 0.03, paid 3 = 0.03; 10000 Tokens',
      ],
    ],
    [
      'more charged than counted',
      'list',
      { model: 'whole', meters: { seconds: 4.5, sessions: 1 } },
      [
        'Seconds: 1 × Charges at 0.000111111111111111 = 0.000111111111111111, paid 0.000111111111111111 = 0.000111111111111111; 4.5 Seconds',
        'Sessions: 5 × Sessions at 0.03 = 0.15, paid 0.03 = 0.15; 1 Sessions',
      ],
    ],
  ])('%s', (_what, book, asked, expected) => {
    expect(rows(book, asked).map(shown)).toEqual(expected);
  });
});

test('what the list does not know has no list price, and costs by the list what is billed', () => {
  const [row] = rows('contract', { model: 'own', meters: { input_tokens: 1_000_000 } });
  expect(row).toMatchObject({
    ListUnitPrice: null,
    ListCost: '0.9275',
    ContractedCost: '0.9275',
    ContractedUnitPrice: '0.9275',
  });
});

test('a cost that the provider reported is one row: billed is its word, contracted what the cards say', () => {
  const reported = { reported_cost: { amount: '0.02', currency: 'USD' } };
  const asked = { model: 'ladder', meters: { input_tokens: 10_000 }, context: reported };
  expect(rows('contract', asked)).toMatchObject([
    {
      BilledCost: '0.02',
      EffectiveCost: '0.02',
      ContractedCost: '0.009275',
      ListCost: '0.01',
      PricingUnit: 'Requests',
    },
  ]);
  expect(rows('list', asked)).toMatchObject([{ BilledCost: '0.02', ContractedCost: '0.02', ListCost: '0.02' }]);
});

test('a cost that is unknown has no rows: it is not zero', () => {
  expect(rows('list', { model: 'nobody', meters: { input_tokens: 1 } })).toEqual([]);
});

test('amounts are in the currency of the card', () => {
  const [row] = rows('list', { model: 'yuan', meters: { input_tokens: 500_000 } });
  expect(row).toMatchObject({ BillingCurrency: 'CNY', PricingCurrency: 'CNY', BilledCost: '1' });
});

test('the identity of a price names model, token class and way of being served, and no contract', () => {
  const usage = { input_tokens: 10, cache_read_tokens: 10, output_tokens: 1 };
  const asked = (context: object) => ({ provider: 'openai', model: 'gpt-5.6-sol', meters: usage, context });
  const [first] = rows('base', asked({ service_tier: 'FLEX', region: 'eu' }));
  expect(first).toMatchObject({
    SkuId: 'openai/gpt-5.6-sol/output_tokens',
    SkuPriceId: 'openai/gpt-5.6-sol/output_tokens/ServiceTier=flex/Region=eu',
    SkuPriceDetails:
      '{"x_Provider":"openai","x_Model":"gpt-5.6-sol","x_TokenClass":"Output","x_Meter":"output_tokens","x_ServiceTier":"flex","x_Region":"eu"}',
  });
  expect(rows('base', asked({ service_tier: 'default' }))[0]?.SkuPriceId).toBe('openai/gpt-5.6-sol/output_tokens');
});

test('who sells, who hosts and who made it', () => {
  const meters = { input_tokens: 1000 };
  const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
  const bedrock = cost('base', { provider: 'aws.bedrock', model, meters });
  const [row] = focusRows(bedrock, { ...WHOSE, provider: 'aws.bedrock', model, publisher: 'Anthropic' }, '1.3');
  expect(row).toMatchObject({
    ServiceProviderName: 'AWS',
    HostProviderName: 'AWS',
    ProviderName: 'AWS',
    PublisherName: 'Anthropic',
  });
});

/** Requirements of the specification on a usage row, as sentences of their own. Source: FOCUS 1.2 and 1.3, Cost and Usage. */
const RULES: Readonly<Record<string, (row: FocusRow) => boolean>> = {
  'mandatory texts are there': (row) =>
    ['BillingAccountId', 'BillingCurrency', 'InvoiceIssuerName', 'ServiceName', 'ProviderName', 'PublisherName'].every(
      (column) => typeof row[column as keyof FocusRow] === 'string' && row[column as keyof FocusRow] !== '',
    ),
  'numbers are plain decimals': (row) =>
    [
      'BilledCost',
      'EffectiveCost',
      'ContractedCost',
      'ListCost',
      'ContractedUnitPrice',
      'PricingQuantity',
      'ConsumedQuantity',
    ].every((column) => /^\d+(\.\d+)?$/.test(row[column as keyof FocusRow] ?? '')),
  'the category, class, frequency and price category are of the allowed ones': (row) =>
    row.ChargeCategory === 'Usage' &&
    row.ChargeClass === null &&
    row.ChargeFrequency === 'Usage-Based' &&
    row.PricingCategory === 'Standard' &&
    row.ServiceCategory === 'AI and Machine Learning' &&
    row.ServiceSubcategory === 'Generative AI',
  'the currency is three letters': (row) => /^[A-Z]{3}$/.test(row.BillingCurrency ?? ''),
  'periods are half open instants in UTC': (row) =>
    [row.BillingPeriodStart, row.BillingPeriodEnd, row.ChargePeriodStart, row.ChargePeriodEnd].every((instant) =>
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(instant ?? ''),
    ) && String(row.ChargePeriodStart) < String(row.ChargePeriodEnd),
  'ListCost is ListUnitPrice × PricingQuantity, or BilledCost without one': (row) =>
    row.ListUnitPrice === null
      ? row.ListCost === row.BilledCost
      : isProduct(row.ListUnitPrice, row.PricingQuantity, row.ListCost),
  'ContractedCost is ContractedUnitPrice × PricingQuantity': (row) =>
    isProduct(row.ContractedUnitPrice, row.PricingQuantity, row.ContractedCost),
  'units are a count and a capitalised plural': (row) =>
    [row.PricingUnit, row.ConsumedUnit].every((unit) => /^([1-9]\d* )?[A-Z][a-z]+s$/.test(unit ?? '')),
  'details of a price are key and value, of one level, with keys of our own marked': (row) =>
    Object.entries(JSON.parse(row.SkuPriceDetails ?? '') as object).every(
      ([key, value]) => /^x_[A-Z][A-Za-z]+$/.test(key) && ['string', 'number', 'boolean'].includes(typeof value),
    ),
  'a price has a SKU': (row) => row.SkuPriceId?.startsWith(row.SkuId ?? '?') === true,
  'tags are key and value': (row) =>
    Object.values(JSON.parse(row.Tags ?? '') as object).every((value) => typeof value === 'string'),
};

function isProduct(
  price: string | null | undefined,
  quantity: string | null | undefined,
  amount: string | null | undefined,
): boolean {
  const [a, b, c] = [price, quantity, amount].map((text) => (text ?? '').split('.') as [string, string?]);
  const digits = ([whole, fraction = '']: [string, string?]) => BigInt(whole + fraction);
  const places = ([, fraction = '']: [string, string?]) => fraction.length;
  if (a === undefined || b === undefined || c === undefined) return false;
  return digits(a) * digits(b) * 10n ** BigInt(places(c)) === digits(c) * 10n ** BigInt(places(a) + places(b));
}

describe('whatever a call used and however it was served', () => {
  const meters = fc.dictionary(
    fc.constantFrom(
      ...METER_NAMES.filter((meter) => METERS[meter].unit === 'token'),
      'seconds',
      'sessions',
      'requests',
      'web_searches',
    ),
    fc.nat(300_000),
    { minKeys: 1, maxKeys: 6 },
  );
  const calls = fc.record({
    book: fc.constantFrom('list' as const, 'contract' as const),
    model: fc.constantFrom('plain', 'cached', 'third', 'ladder', 'whole', 'yuan', 'own'),
    meters,
    context: fc.record(
      { batch: fc.boolean(), service_tier: fc.constantFrom('flex', 'default'), region: fc.constantFrom('us', 'eu') },
      { requiredKeys: [] },
    ),
    version: fc.constantFrom(...FOCUS_VERSIONS),
  });
  const total = (found: readonly FocusRow[], column: 'BilledCost' | 'ListCost' | 'ContractedCost') =>
    sumMoney(found.map((row) => parseMoney(row[column] ?? '')));

  test('rows sum to the cost, to the list and to the contract, keep every rule, and have the columns of their version', () => {
    fc.assert(
      fc.property(calls, ({ version, ...asked }) => {
        const whole = cost(asked.book, asked);
        const found = rows(asked.book, asked, version);
        if (whole.total === undefined) {
          expect(found).toEqual([]);
          return;
        }
        expect(total(found, 'BilledCost')).toBe(whole.total);
        expect(total(found, 'ContractedCost')).toBe(whole.contracted ?? whole.total);
        expect(total(found, 'ListCost')).toBe(whole.list ?? whole.total);
        for (const row of found) {
          expect(Object.keys(row)).toEqual(FOCUS_COLUMNS[version]);
          expect(
            Object.entries(RULES).flatMap(([rule, holds]) => (holds(row) ? [] : [`${rule}: ${shown(row)}`])),
          ).toEqual([]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('the same price always has the same details', () => {
    const details = new Map<string, string>();
    fc.assert(
      fc.property(calls, (asked) => {
        for (const { SkuPriceId: id, SkuPriceDetails: text } of rows(asked.book, asked)) {
          expect(text).toBe(details.get(id ?? '') ?? text);
          details.set(id ?? '', text ?? '');
        }
      }),
    );
  });
});

test('1.3 has every column of 1.2, and who sells and hosts', () => {
  const [before, since] = [FOCUS_COLUMNS['1.2'], FOCUS_COLUMNS['1.3']];
  expect(since.filter((column) => !before.includes(column))).toEqual(['HostProviderName', 'ServiceProviderName']);
  expect(before.filter((column) => !since.includes(column))).toEqual([]);
  for (const columns of [before, since]) expect(columns).toEqual([...columns].sort());
});

test('amounts of one atto survive', () => {
  const tiny: Cost = {
    status: 'priced',
    total: attoFromInteger(1n),
    currency: 'USD',
    lines: [
      { meter: 'input_tokens', quantity: 1, rate: '0.000000000001', per: 1_000_000, amount: attoFromInteger(1n) },
    ],
  };
  expect(focusRows(tiny, { ...WHOSE, provider: 'acme' })[0]).toMatchObject({
    BilledCost: '0.000000000000000001',
    PricingQuantity: '0.000001',
    ListUnitPrice: '0.000000000001',
  });
});
