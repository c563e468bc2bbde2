import { formatMoney } from '@costspan/usage';
import { describe, expect, test } from 'vitest';
import { CARDS_FORMAT, type CardFile } from './card.ts';
import { compileBook } from './compile-book.ts';
import type { PricingRequest } from './cost.ts';
import { costOf } from './cost-of.ts';
import { costToJson } from './cost-to-json.ts';
import { parseCardFile } from './parse-card-file.ts';

const SOURCE = { url: 'https://example.com' };
const AT = '2026-06-01T12:00:00Z';

function dollars(price: string): object {
  return { price, per: 1 };
}

function card(model: string, fields: object = {}): object {
  return {
    provider: 'acme',
    model,
    currency: 'USD',
    source: SOURCE,
    prices: [{ rates: { input_tokens: dollars('10'), output_tokens: dollars('20'), web_searches: dollars('1') } }],
    ...fields,
  };
}

function layer(name: string, contents: object): CardFile {
  return parseCardFile({ format: CARDS_FORMAT, layer: name, ...contents }, `${name}.json`);
}

const BASE = layer('base', { kind: 'base', cards: [card('m', { aliases: ['m-2026'] }), card('n'), card('m-mini')] });

function cost(
  layers: readonly CardFile[],
  asked: Partial<PricingRequest> = {},
  meters: object = { input_tokens: 1, output_tokens: 1 },
) {
  return costOf(compileBook(layers), {
    provider: 'acme',
    model: 'm',
    atUs: Date.parse(AT) * 1000,
    usage: { status: 'reported', meters },
    context: {},
    ...asked,
  });
}

function total(...args: Parameters<typeof cost>): string {
  const { total: amount } = cost(...args);
  return amount === undefined ? '-' : formatMoney(amount);
}

function overrides(...list: readonly object[]): object {
  return { overrides: list.map((fields) => ({ provider: 'acme', source: SOURCE, ...fields })) };
}

describe('an override changes what it names and inherits the rest', () => {
  test.each<[string, object, object, string]>([
    ['a rate', { models: ['m'], rates: { input_tokens: dollars('7') } }, {}, '27'],
    ['by an alias', { models: ['m-2026'], rates: { input_tokens: dollars('7') } }, {}, '27'],
    [
      'by the beginning of a name',
      { models: ['M*'], rates: { input_tokens: dollars('7') } },
      { model: 'm-mini' },
      '27',
    ],
    ['every model of the provider', { rates: { input_tokens: dollars('7') } }, { model: 'n' }, '27'],
    ['not another model', { models: ['m'], rates: { input_tokens: dollars('7') } }, { model: 'm-mini' }, '30'],
    ['a multiplier', { multipliers: [{ when: { batch: true }, factor: '0.5' }] }, { context: { batch: true } }, '15'],
    ['from an instant on', { from: AT, rates: { input_tokens: dollars('7') } }, {}, '27'],
    ['not before it', { from: AT, rates: { input_tokens: dollars('7') } }, { atUs: Date.parse(AT) * 1000 - 1 }, '30'],
    ['until an instant', { to: AT, rates: { input_tokens: dollars('7') } }, {}, '30'],
    ['one deployment', { deployments: ['Prod'], rates: { input_tokens: dollars('7') } }, { deployment: 'prod' }, '27'],
    [
      'not another deployment',
      { deployments: ['prod'], rates: { input_tokens: dollars('7') } },
      { deployment: 'test' },
      '30',
    ],
    ['not a call without one', { deployments: ['prod'], rates: { input_tokens: dollars('7') } }, {}, '30'],
  ])('%s', (_what, fields, asked, expected) => {
    expect(total([BASE, layer('over', overrides(fields))], asked)).toBe(expected);
  });

  test('a multiplier takes the place of the one with the same value', () => {
    const first = layer('a', overrides({ multipliers: [{ when: { region: ['us', 'eu'] }, factor: '2' }] }));
    const second = layer('b', overrides({ multipliers: [{ when: { region: ['us'] }, factor: '3' }] }));
    const at = (region: string) => total([BASE, first, second], { context: { region } });
    expect([at('us'), at('eu')]).toEqual(['90', '60']);
  });

  test('a cell takes the place of the one for the same way', () => {
    const cell = (price: string) =>
      overrides({
        cells: [{ when: { speed: ['fast'] }, rates: { input_tokens: dollars(price), output_tokens: dollars('0') } }],
      });
    expect(total([BASE, layer('a', cell('50')), layer('b', cell('60'))], { context: { speed: 'fast' } })).toBe('60');
  });

  test('tiers and windows are replaced as a whole, or removed', () => {
    const tier = { meter: 'input_tokens', op: '>', threshold: 5, rates: { input_tokens: dollars('100') } };
    const tiered = layer('tiers', overrides({ tiers: [tier] }));
    expect(total([BASE, tiered], {}, { input_tokens: 6 })).toBe('600');
    expect(total([BASE, tiered, layer('flat', overrides({ tiers: [] }))], {}, { input_tokens: 6 })).toBe('60');
    const noon = { start: '12:00', end: '13:00', rates: { input_tokens: dollars('3') } };
    expect(total([BASE, layer('noon', overrides({ windows: [noon] }))], {}, { input_tokens: 1 })).toBe('3');
  });

  test('a model without a price gets one', () => {
    const unpriced = layer('base', { kind: 'base', cards: [card('m', { prices: [] })] });
    const priced = overrides({ models: ['m'], from: AT, rates: { input_tokens: dollars('2') } });
    expect(cost([unpriced, layer('a', priced)], {}, { input_tokens: 3 })).toMatchObject({
      status: 'priced',
      total: 6n * 10n ** 18n,
    });
    expect(cost([unpriced, layer('a', priced)], { atUs: 0 }, { input_tokens: 3 }).reason).toBe('no_price_at_instant');
  });

  test('the card of a higher layer does not inherit what lower ones changed', () => {
    const lower = layer('lower', overrides({ models: ['m'], rates: { input_tokens: dollars('7') } }));
    expect(total([BASE, lower, layer('higher', { cards: [card('m')] })])).toBe('30');
    expect(total([BASE, layer('higher', { cards: [card('m')] }), lower])).toBe('27');
  });

  test('the cost names the layer that decided it', () => {
    const over = layer('acme', overrides({ models: ['m'], rates: { input_tokens: dollars('7') } }));
    expect(cost([BASE, over]).card).toEqual({ provider: 'acme', model: 'm', layer: 'acme', version: over.version });
    expect(cost([BASE, over], { model: 'n' }).card?.layer).toBe('base');
    const ended = layer('ended', overrides({ models: ['m'], to: AT, rates: { input_tokens: dollars('7') } }));
    expect(cost([BASE, ended]).card?.layer).toBe('base');
    expect(cost([BASE, ended], { atUs: 0 }).card?.layer).toBe('ended');
  });
});

describe('list, contracted and resale', () => {
  const contract = layer('contract', {
    kind: 'organisation',
    ...overrides({ models: ['m'], rates: { input_tokens: dollars('8') } }),
    adjustments: [
      { name: 'acme-2026', provider: 'acme', ratio: '0.9275' },
      { name: 'input-rebate', provider: 'acme', ratio: '0.5', classes: ['input'] },
    ],
  });
  const markup = layer('resale', {
    kind: 'resale',
    adjustments: [{ name: 'markup', provider: 'acme', models: ['m'], ratio: '1.15' }],
  });
  const amounts = (...args: Parameters<typeof cost>) => {
    const { total: amount, list, contracted, resale } = costToJson(cost(...args));
    return { total: amount, list, contracted, resale };
  };

  test('are stated apart, in one answer, and the total is what one pays', () => {
    expect(amounts([BASE, contract, markup])).toEqual({
      total: '22.26',
      list: '30',
      contracted: '22.26',
      resale: '25.599',
    });
    expect(amounts([BASE, contract])).toEqual({ total: '22.26', list: '30', contracted: '22.26', resale: null });
    expect(amounts([BASE, markup])).toEqual({ total: '30', list: '30', contracted: '30', resale: '34.5' });
  });

  test('a book without contracts says nothing of them', () => {
    expect(costToJson(cost([BASE]))).not.toHaveProperty('list');
  });

  test('each ratio stands on the lines it changed, after what the service multiplied', () => {
    const batch = layer('batch', overrides({ multipliers: [{ when: { batch: true }, factor: '0.5' }] }));
    const [input, output] = cost([BASE, batch, contract], { context: { batch: true } }).lines;
    expect(input?.multipliers).toEqual([
      { name: 'batch', factor: '0.5' },
      { name: 'acme-2026', factor: '0.9275' },
      { name: 'input-rebate', factor: '0.5' },
    ]);
    expect(output?.multipliers?.map(({ name }) => name)).toEqual(['batch', 'acme-2026']);
  });

  test('a ratio is on whatever the price is, services included, and above 1 it is a premium', () => {
    const premium = layer('p', { kind: 'organisation', adjustments: [{ name: 'p', provider: 'acme', ratio: '1.10' }] });
    expect(total([BASE, premium], {}, { input_tokens: 1, web_searches: 1 })).toBe('12.1');
  });

  test('a ratio holds from its beginning to its end', () => {
    const year = { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' };
    const book = layer('y', {
      kind: 'organisation',
      adjustments: [{ name: 'y', provider: 'acme', ratio: '0.5', ...year }],
    });
    const at = (instant: string) => total([BASE, book], { atUs: Date.parse(instant) * 1000 });
    expect(
      ['2025-12-31T23:59:59.999Z', '2026-01-01T00:00:00Z', '2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00Z'].map(at),
    ).toEqual(['30', '15', '15', '30']);
  });

  test('what the provider reported is the total; the others stay what the cards say', () => {
    const context = { reported_cost: { amount: '5', currency: 'USD' } };
    expect(amounts([BASE, contract, markup], { context })).toEqual({
      total: '5',
      list: '30',
      contracted: '22.26',
      resale: '25.599',
    });
  });

  test('a model of a contract alone has no list price', () => {
    const own = layer('own', { kind: 'organisation', cards: [card('special')] });
    expect(amounts([BASE, own], { model: 'special' })).toMatchObject({ total: '30', list: null });
  });
});

describe('kinds rank layers, whatever their order', () => {
  const at = (kind: string | undefined, price: string) =>
    layer(kind ?? 'plain', {
      ...(kind === undefined ? {} : { kind }),
      ...overrides({ models: ['m'], rates: { input_tokens: dollars(price), output_tokens: dollars('0') } }),
    });
  const all = [at('deployment', '5'), at('organisation', '4'), at('custom', '3'), at('correction', '2'), BASE];

  test('deployment over organisation over custom over correction over base', () => {
    expect([0, 1, 2, 3, 4].map((dropped) => total(all.slice(dropped)))).toEqual(['5', '4', '3', '2', '30']);
  });

  test('of one kind the later wins, and a file without a kind is custom', () => {
    expect(total([BASE, at('custom', '3'), at(undefined, '6')])).toBe('6');
    expect(total([BASE, at(undefined, '6'), at('custom', '3')])).toBe('3');
    expect(total([BASE, at(undefined, '6'), at('correction', '2')])).toBe('6');
  });
});

describe('deployments of one’s own names', () => {
  const region = layer('zone', overrides({ multipliers: [{ when: { region: ['data_zone'] }, factor: '1.1' }] }));
  const map = layer('azure', {
    deployments: [
      { provider: 'acme', deployment: 'chat-prod', model: 'm' },
      { provider: 'acme', deployment: 'chat-eu', model: 'm', region: 'data_zone' },
      { provider: 'acme', deployment: 'n', model: 'm-mini' },
      { provider: 'acme', deployment: 'lost', model: 'gone' },
    ],
  });
  const layers = [
    BASE,
    region,
    map,
    layer('mini', overrides({ models: ['m-mini'], rates: { input_tokens: dollars('1') } })),
  ];

  test.each<[string, object, string]>([
    ['a deployment has the price of its model', { model: 'chat-prod' }, '30 alias m'],
    ['in any letter case', { model: 'Chat-Prod' }, '30 alias m'],
    ['its offer is part of the price', { model: 'chat-eu' }, '33 alias m'],
    ['unless the call says where it was served', { model: 'chat-eu', context: { region: 'data_zone' } }, '33 alias m'],
    ['a name that is also a model’s means the deployment', { model: 'n' }, '21 alias m-mini'],
    [
      'the model that was served wins over the one it was called by',
      { model: 'n', deployment: 'chat-eu' },
      '33 exact n',
    ],
    ['a deployment without a model reported', { model: undefined, deployment: 'chat-eu' }, '33 alias m'],
    ['a deployment nobody mapped is a model name', { model: 'm-2026' }, '30 alias m'],
  ])('%s', (_what, asked, expected) => {
    const found = cost(layers, asked);
    expect(`${formatMoney(found.total as never)} ${found.match} ${found.card?.model}`).toBe(expected);
  });

  test('a deployment of an unknown model is unpriced', () => {
    expect(cost(layers, { model: 'lost' }).reason).toBe('model_unknown');
    expect(cost(layers, { model: undefined, deployment: 'nobody' }).reason).toBe('model_missing');
  });
});

test('the version tells contracts apart', () => {
  const versions = ['0.9', '0.8'].map(
    (ratio) =>
      compileBook([BASE, layer('c', { kind: 'organisation', adjustments: [{ name: 'c', provider: 'acme', ratio }] })])
        .version,
  );
  expect(new Set([...versions, compileBook([BASE]).version]).size).toBe(3);
});
