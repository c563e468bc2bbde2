import { readFileSync } from 'node:fs';
import { InvalidInputError, METER_NAMES } from '@costspan/usage';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { baseCards } from './base-book.ts';
import { CARDS_FORMAT, MODEL_LENGTH_MAX } from './card.ts';
import { parseCardFile } from './parse-card-file.ts';

const RATE = { price: '1.25', per: 1_000_000 };
const RATES = { input_tokens: RATE };

function card(fields: object = {}): object {
  return {
    provider: 'openai',
    model: 'm',
    currency: 'USD',
    source: { url: 'https://example.com', read: '2026-11-20' },
    prices: [{ rates: RATES }],
    ...fields,
  };
}

function file(...cards: readonly unknown[]): object {
  return { format: CARDS_FORMAT, cards };
}

function priced(...prices: readonly unknown[]): object {
  return file(card({ prices }));
}

const document = JSON.parse(readFileSync(new URL('../schema/cards-1.schema.json', import.meta.url), 'utf8'));
const schema = new Ajv2020({ allErrors: true }).compile(document);

function mistakes(value: unknown): string[] {
  try {
    parseCardFile(value, 'cards.json');
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInputError);
    return (error as InvalidInputError).findings.map(({ at, code }) => `${code} ${at}`);
  }
}

const FLEX = { when: { service_tier: ['Flex'] }, rates: { seconds: { ...RATE, increment: 2, minimum: 10 } } };
const SCOPE = {
  provider: 'azure',
  models: ['gpt-*'],
  deployments: ['prod'],
  from: '2026-01-01T00:00:00Z',
  to: '2027-01-01T00:00:00Z',
};

const EVERYTHING = {
  format: CARDS_FORMAT,
  layer: 'acme-contract',
  kind: 'organisation',
  overrides: [
    {
      ...SCOPE,
      source: { url: 'https://example.com' },
      rates: RATES,
      tiers: [],
      windows: [],
      cells: [FLEX],
      multipliers: [{ when: { batch: true }, factor: '0.4' }],
      standard: { region: ['global'] },
    },
  ],
  adjustments: [{ ...SCOPE, name: 'acme-2026', ratio: '0.9275', classes: ['other', 'input'] }],
  deployments: [{ provider: 'azure.ai.openai', deployment: 'prod', model: 'm', region: 'Data_Zone' }],
  notice: 'negotiated',
  cards: [
    card({
      provider: 'azure.ai.openai',
      aliases: ['m-2026-01-01'],
      prices: [
        {
          from: '2026-08-16T16:00:00Z',
          rates: { output_tokens: { price: '03.50', per: 1000 }, input_tokens: RATE },
          tiers: [
            { meter: 'input_tokens', op: '>', threshold: 200_000, rates: RATES },
            { meter: 'input_tokens', op: '>=', threshold: 400_000, rates: RATES },
          ],
          windows: [
            { start: '09:00', end: '12:00', zone: 'Asia/Shanghai', days: ['fri', 'mon'], rates: RATES },
            { start: '22:00', end: '02:00', zone: 'Asia/Shanghai', rates: RATES, cells: [FLEX] },
          ],
          cells: [{ ...FLEX, tiers: [{ meter: 'input_tokens', op: '>', threshold: 5, rates: RATES }] }],
          multipliers: [
            { when: { batch: true }, factor: '0.50' },
            { when: { region: ['US', 'eu'] }, factor: '1.1', classes: ['output', 'input'] },
          ],
          standard: { region: ['global'] },
        },
        { to: '2026-08-16T16:00:00Z', rates: RATES },
      ],
    }),
  ],
};

test('a file that uses every field is read, and comes out canonical', () => {
  const parsed = parseCardFile(EVERYTHING, 'cards.json');
  expect(schema(EVERYTHING)).toBe(true);
  expect(parsed.layer).toBe('acme-contract');
  const [only] = parsed.cards;
  expect(only?.provider).toBe('azure');
  expect(only?.prices.map(({ from, to }) => [from, to])).toEqual([
    [undefined, '2026-08-16T16:00:00Z'],
    ['2026-08-16T16:00:00Z', undefined],
  ]);
  expect(JSON.stringify(only?.prices[1]?.rates)).toBe(
    '{"input_tokens":{"price":"1.25","per":1000000},"output_tokens":{"price":"3.5","per":1000}}',
  );
  expect(only?.prices[1]?.windows?.[0]?.days).toEqual(['mon', 'fri']);
  expect(only?.prices[1]?.multipliers).toEqual([
    { when: { batch: ['true'] }, factor: '0.5' },
    { when: { region: ['eu', 'us'] }, factor: '1.1', classes: ['input', 'output'] },
  ]);
  expect(only?.prices[1]?.cells?.[0]?.when).toEqual({ service_tier: ['flex'] });
  expect(parsed.overrides?.[0]?.tiers).toEqual([]);
  expect(parsed.adjustments?.[0]?.classes).toEqual(['input', 'other']);
  expect(parsed.deployments).toEqual([{ provider: 'azure', deployment: 'prod', model: 'm', region: 'data_zone' }]);
  expect(parseCardFile(JSON.parse(JSON.stringify(parsed)), 'again')).toEqual(parsed);
});

test('equal prices have one version, whatever the order of cards and fields', () => {
  const a = card({ model: 'a' });
  const b = card({ model: 'b' });
  const reversed = Object.fromEntries(Object.entries(a).reverse());
  const version = parseCardFile(file(a, b), 'x').version;
  expect(version).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(parseCardFile(file(b, reversed), 'y').version).toBe(version);
  expect(parseCardFile(file(b), 'z').version).not.toBe(version);
});

/** Wrong in a way that the schema sees too. */
const WRONG_SHAPE: readonly (readonly [string, unknown, string])[] = [
  ['no object', [], 'OBJECT_EXPECTED $'],
  ['another format', { ...file(), format: 'costspan.cards/2' }, 'FORMAT_UNKNOWN format'],
  ['no cards', { format: CARDS_FORMAT }, 'LIST_EXPECTED cards'],
  ['a kind of layer nobody knows', { ...file(), kind: 'discounts' }, 'KIND_UNKNOWN kind'],
  ['neither cards nor terms', { format: CARDS_FORMAT, layer: 'x' }, 'LIST_EXPECTED cards'],
  [
    'an increment of nothing',
    priced({ rates: { seconds: { ...RATE, increment: 0 } } }),
    'UNITS_INVALID cards[0].prices[0].rates.seconds.increment',
  ],
  [
    'a minimum of half a unit',
    priced({ rates: { seconds: { ...RATE, minimum: 0.5 } } }),
    'UNITS_INVALID cards[0].prices[0].rates.seconds.minimum',
  ],
  [
    'an axis nobody knows',
    priced({ rates: RATES, multipliers: [{ when: { mood: ['good'] }, factor: '1' }] }),
    'FIELD_UNKNOWN cards[0].prices[0].multipliers[0].when.mood',
  ],
  [
    'a multiplier of two axes',
    priced({ rates: RATES, multipliers: [{ when: { batch: true, speed: ['fast'] }, factor: '1' }] }),
    'AXES_COUNT cards[0].prices[0].multipliers[0].when',
  ],
  [
    'a factor as a number',
    priced({ rates: RATES, multipliers: [{ when: { batch: true }, factor: 0.5 }] }),
    'RATE_NUMBER cards[0].prices[0].multipliers[0].factor',
  ],
  [
    'a class nobody knows',
    priced({ rates: RATES, multipliers: [{ when: { batch: true }, factor: '1', classes: ['tokens'] }] }),
    'CLASS_UNKNOWN cards[0].prices[0].multipliers[0].classes',
  ],
  [
    'a batch that is none',
    priced({ rates: RATES, cells: [{ when: { batch: false }, rates: RATES }] }),
    'BATCH_VALUE cards[0].prices[0].cells[0].when.batch',
  ],
  [
    'a cell for every call',
    priced({ rates: RATES, cells: [{ when: {}, rates: RATES }] }),
    'AXES_EMPTY cards[0].prices[0].cells[0].when',
  ],
  [
    'an axis without values',
    priced({ rates: RATES, standard: { region: [] } }),
    'AXIS_EMPTY cards[0].prices[0].standard.region',
  ],
  [
    'an override without a source',
    { format: CARDS_FORMAT, overrides: [{ provider: 'openai', rates: RATES }] },
    'OBJECT_EXPECTED overrides[0].source',
  ],
  [
    'an override of no model',
    { format: CARDS_FORMAT, overrides: [{ provider: 'openai', models: [], source: { url: 'u' } }] },
    'NAMES_EMPTY overrides[0].models',
  ],
  [
    'an adjustment without a ratio',
    { format: CARDS_FORMAT, adjustments: [{ name: 'x', provider: 'openai' }] },
    'RATE_FORMAT adjustments[0].ratio',
  ],
  [
    'a deployment of nothing',
    { format: CARDS_FORMAT, deployments: [{ provider: 'azure', deployment: 'prod' }] },
    'TEXT_EXPECTED deployments[0].model',
  ],
  ['an unknown field', { ...file(), card: [] }, 'FIELD_UNKNOWN $.card'],
  ['a layer with spaces', { ...file(), layer: 'my layer' }, 'LAYER_FORMAT layer'],
  ['a misspelt card field', file(card({ alias: ['x'] })), 'FIELD_UNKNOWN cards[0].alias'],
  ['no provider', file(card({ provider: undefined })), 'TEXT_EXPECTED cards[0].provider'],
  ['an empty model', file(card({ model: '' })), 'TEXT_EXPECTED cards[0].model'],
  ['an endless alias', file(card({ aliases: ['x'.repeat(257)] })), 'TEXT_LENGTH cards[0].aliases[0]'],
  ['a currency in words', file(card({ currency: 'euro' })), 'CURRENCY_FORMAT cards[0].currency'],
  ['no source', file(card({ source: undefined })), 'OBJECT_EXPECTED cards[0].source'],
  ['a day in words', file(card({ source: { url: 'u', read: 'today' } })), 'DAY_FORMAT cards[0].source.read'],
  ['prices as one object', file(card({ prices: { rates: RATES } })), 'LIST_EXPECTED cards[0].prices'],
  ['no rates', priced({}), 'RATES_EXPECTED cards[0].prices[0].rates'],
  ['empty rates', priced({ rates: {} }), 'RATES_EMPTY cards[0].prices[0].rates'],
  [
    'an empty tier of the answer',
    priced({ rates: RATES, tiers: [{ meter: 'output_tokens', op: '>', threshold: 1, rates: {} }] }),
    'RATES_EMPTY cards[0].prices[0].tiers[0].rates',
  ],
  [
    'an empty step of a ladder',
    priced({ rates: RATES, tiers: [{ meter: 'input_tokens', mode: 'marginal', op: '>', threshold: 1, rates: {} }] }),
    'RATES_EMPTY cards[0].prices[0].tiers[0].rates',
  ],
  ['an unknown meter', priced({ rates: { tokens: RATE } }), 'METER_UNKNOWN cards[0].prices[0].rates.tokens'],
  [
    'a price as a number',
    priced({ rates: { input_tokens: { price: 1.25, per: 1 } } }),
    'RATE_NUMBER cards[0].prices[0].rates.input_tokens.price',
  ],
  [
    'a negative price',
    priced({ rates: { input_tokens: { price: '-1', per: 1 } } }),
    'RATE_NEGATIVE cards[0].prices[0].rates.input_tokens.price',
  ],
  [
    'an exponent',
    priced({ rates: { input_tokens: { price: '1e-6', per: 1 } } }),
    'RATE_FORMAT cards[0].prices[0].rates.input_tokens.price',
  ],
  [
    'a fraction of a unit',
    priced({ rates: { input_tokens: { price: '1', per: 0.5 } } }),
    'PER_INVALID cards[0].prices[0].rates.input_tokens.per',
  ],
  ['a date for an instant', priced({ from: '2026-03-13', rates: RATES }), 'INSTANT_FORMAT cards[0].prices[0].from'],
  [
    'an unknown operator',
    priced({ rates: RATES, tiers: [{ meter: 'input_tokens', op: '<', threshold: 1, rates: RATES }] }),
    'OPERATOR_UNKNOWN cards[0].prices[0].tiers[0].op',
  ],
  [
    'a negative threshold',
    priced({ rates: RATES, tiers: [{ meter: 'input_tokens', op: '>', threshold: -1, rates: RATES }] }),
    'THRESHOLD_INVALID cards[0].prices[0].tiers[0].threshold',
  ],
  [
    'a tier of nothing known',
    priced({ rates: RATES, tiers: [{ meter: 'tokens', op: '>', threshold: 1, rates: RATES }] }),
    'METER_UNKNOWN cards[0].prices[0].tiers[0].meter',
  ],
  [
    'a time in words',
    priced({ rates: RATES, windows: [{ start: 'noon', end: '13:00', rates: RATES }] }),
    'TIME_FORMAT cards[0].prices[0].windows[0].start',
  ],
  [
    'a day that is none',
    priced({ rates: RATES, windows: [{ start: '12:00', end: '13:00', days: ['someday'], rates: RATES }] }),
    'DAY_UNKNOWN cards[0].prices[0].windows[0].days',
  ],
];

/** Wrong in a way that only the parser sees. */
const WRONG_MEANING: readonly (readonly [string, unknown, string])[] = [
  [
    'a batch as a tier',
    priced({ rates: RATES, multipliers: [{ when: { service_tier: ['batch'] }, factor: '0.5' }] }),
    'BATCH_VALUE cards[0].prices[0].multipliers[0].when.service_tier',
  ],
  [
    'two cells for one way of being served',
    priced({ rates: RATES, cells: [FLEX, { ...FLEX, when: { service_tier: ['flex', 'x'] } }] }),
    'CELL_OVERLAP cards[0].prices[0].cells[1]',
  ],
  [
    'two factors on one class',
    priced({
      rates: RATES,
      multipliers: [
        { when: { speed: ['fast'] }, factor: '2' },
        { when: { speed: ['fast'] }, factor: '3', classes: ['input'] },
      ],
    }),
    'MULTIPLIER_OVERLAP cards[0].prices[0].multipliers[1]',
  ],
  [
    'an override that ends before it begins',
    {
      format: CARDS_FORMAT,
      overrides: [{ ...SCOPE, from: SCOPE.to, to: SCOPE.from, source: { url: 'u' } }],
    },
    'PERIOD_EMPTY overrides[0]',
  ],
  [
    'two adjustments of one name',
    { format: CARDS_FORMAT, adjustments: [1, 2].map(() => ({ name: 'x', provider: 'openai', ratio: '0.9' })) },
    'NAME_DUPLICATE adjustments[1]',
  ],
  [
    'two meanings of one deployment',
    {
      format: CARDS_FORMAT,
      deployments: ['prod', 'PROD'].map((deployment) => ({ provider: 'azure', deployment, model: 'm' })),
    },
    'DEPLOYMENT_DUPLICATE deployments[1]',
  ],
  [
    'overlapping periods',
    priced({ to: '2026-06-02T00:00:00Z', rates: RATES }, { from: '2026-06-01T00:00:00Z', rates: RATES }),
    'PERIOD_OVERLAP cards[0].prices[1]',
  ],
  ['two open prices', priced({ rates: RATES }, { rates: RATES }), 'PERIOD_OVERLAP cards[0].prices[1]'],
  [
    'a period that ends before it starts',
    priced({ from: '2026-06-02T00:00:00Z', to: '2026-06-01T00:00:00Z', rates: RATES }),
    'PERIOD_EMPTY cards[0].prices[0]',
  ],
  [
    'a day that does not exist',
    priced({ from: '2026-02-30T00:00:00Z', rates: RATES }),
    'INSTANT_FORMAT cards[0].prices[0].from',
  ],
  ['a duplicate model', file(card(), card()), 'MODEL_DUPLICATE cards[1].model'],
  ['an alias taken by a model', file(card({ aliases: ['n'] }), card({ model: 'n' })), 'MODEL_DUPLICATE cards[1].model'],
  [
    'one provider under two names',
    file(card({ provider: 'azure' }), card({ provider: 'azure.ai.openai' })),
    'MODEL_DUPLICATE cards[1].model',
  ],
  ['an alias stated twice', file(card({ aliases: ['n', 'n'] })), 'MODEL_DUPLICATE cards[0].aliases[1]'],
  [
    'thresholds that fall',
    priced({
      rates: RATES,
      tiers: [
        { meter: 'input_tokens', op: '>', threshold: 2, rates: RATES },
        { meter: 'input_tokens', op: '>', threshold: 1, rates: RATES },
      ],
    }),
    'TIER_ORDER cards[0].prices[0].tiers[1]',
  ],
  [
    'overlapping windows',
    priced({
      rates: RATES,
      windows: [
        { start: '22:00', end: '02:00', rates: RATES },
        { start: '01:00', end: '03:00', days: ['mon'], rates: RATES },
      ],
    }),
    'WINDOW_OVERLAP cards[0].prices[0].windows[1]',
  ],
  [
    'windows in two zones',
    priced({
      rates: RATES,
      windows: [
        { start: '01:00', end: '02:00', rates: RATES },
        { start: '03:00', end: '04:00', zone: 'Asia/Shanghai', rates: RATES },
      ],
    }),
    'WINDOW_ZONES cards[0].prices[0].windows[1].zone',
  ],
  [
    'an unknown zone',
    priced({ rates: RATES, windows: [{ start: '01:00', end: '02:00', zone: 'Mars/Olympus', rates: RATES }] }),
    'ZONE_UNKNOWN cards[0].prices[0].windows[0].zone',
  ],
  [
    'an empty window',
    priced({ rates: RATES, windows: [{ start: '01:00', end: '01:00', rates: RATES }] }),
    'WINDOW_EMPTY cards[0].prices[0].windows[0]',
  ],
  ['a version of other cards', { ...file(card()), version: `sha256:${'0'.repeat(64)}` }, 'VERSION_MISMATCH version'],
];

test.each([...WRONG_SHAPE, ...WRONG_MEANING])('%s is a mistake with a place', (_what, value, expected) => {
  expect(mistakes(value)).toEqual([expected]);
});

test.each(WRONG_SHAPE)('the schema refuses %s too', (_what, value) => {
  expect(schema(JSON.parse(JSON.stringify(value)))).toBe(false);
});

test('a file with 12 mistakes has 12 findings, each with what to do', () => {
  const bad = {
    format: CARDS_FORMAT,
    cards: [
      card({ currency: 'gbp', model: 7, extra: true }),
      card({ model: 'a', prices: [{ from: 'x', rates: { tokens: RATE, input_tokens: { price: 1, per: 0 } } }] }),
      card({ model: 'b', prices: [{ rates: { output_tokens: { price: 'free', per: 1 } }, tiers: [{}] }] }),
      card({ model: 'c', prices: [{ rates: {} }], source: { url: 'u', read: '2026-02-30' } }),
    ],
  };
  expect(mistakes(bad)).toEqual([
    'FIELD_UNKNOWN cards[0].extra',
    'TEXT_EXPECTED cards[0].model',
    'CURRENCY_FORMAT cards[0].currency',
    'INSTANT_FORMAT cards[1].prices[0].from',
    'METER_UNKNOWN cards[1].prices[0].rates.tokens',
    'RATE_NUMBER cards[1].prices[0].rates.input_tokens.price',
    'PER_INVALID cards[1].prices[0].rates.input_tokens.per',
    'RATE_FORMAT cards[2].prices[0].rates.output_tokens.price',
    'RATES_EXPECTED cards[2].prices[0].tiers[0].rates',
    'METER_UNKNOWN cards[2].prices[0].tiers[0].meter',
    'DAY_FORMAT cards[3].source.read',
    'RATES_EMPTY cards[3].prices[0].rates',
  ]);
});

test('the bundled catalogue satisfies the schema', () => {
  expect(schema(baseCards())).toBe(true);
});

test('the schema knows the meters, the fields and the limits of the parser', () => {
  expect(document.$defs.meter.enum).toEqual(METER_NAMES);
  expect(document.properties.format.const).toBe(CARDS_FORMAT);
  expect(document.$defs.name.maxLength).toBe(MODEL_LENGTH_MAX);
});
