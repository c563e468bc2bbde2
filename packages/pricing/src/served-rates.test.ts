import { formatMoney, type PricingContext } from '@costspan/usage';
import { describe, expect, test } from 'vitest';
import { CARDS_FORMAT, type PricePeriod } from './card.ts';
import { compileBook } from './compile-book.ts';
import type { Cost } from './cost.ts';
import { costOf } from './cost-of.ts';
import { parseCardFile } from './parse-card-file.ts';

const AT_US = Date.parse('2026-11-02T02:00:00Z') * 1000;

function dollars(price: string, more: object = {}): object {
  return { price, per: 1, ...more };
}

function price(
  period: object,
  context: PricingContext,
  meters: object = { input_tokens: 2, output_tokens: 1 },
  currency = 'USD',
): Cost {
  const card = {
    provider: 'acme',
    model: 'm',
    currency,
    source: { url: 'https://example.com' },
    prices: [period as PricePeriod],
  };
  const book = compileBook([parseCardFile({ format: CARDS_FORMAT, cards: [card] }, 'cards.json')]);
  return costOf(book, { provider: 'acme', model: 'm', atUs: AT_US, usage: { status: 'reported', meters }, context });
}

/** `total status reason`, then the multipliers of the first line. */
function summary(cost: Cost): string {
  const total = cost.total === undefined ? '-' : formatMoney(cost.total);
  const factors = (cost.lines[0]?.multipliers ?? []).map(({ name, factor }) => `${name}×${factor}`);
  return [total, cost.status, ...(cost.reason === undefined ? [] : [cost.reason]), ...factors].join(' ');
}

const PLAIN = { rates: { input_tokens: dollars('1'), output_tokens: dollars('10'), web_searches: dollars('100') } };

describe('multipliers', () => {
  const period = {
    ...PLAIN,
    multipliers: [
      { when: { service_tier: ['flex'] }, factor: '0.5' },
      { when: { service_tier: ['priority', 'fast'] }, factor: '2' },
      { when: { batch: true }, factor: '0.5' },
      { when: { speed: ['fast'] }, factor: '6' },
      { when: { region: ['us', 'eu'] }, factor: '1.1' },
    ],
    standard: { region: ['global'] },
  };

  test.each<[PricingContext, string]>([
    [{}, '12 priced'],
    [{ service_tier: 'default', speed: 'standard', batch: false, region: 'global' }, '12 priced'],
    [{ service_tier: 'flex' }, '6 priced service_tier:flex×0.5'],
    [{ service_tier: 'FLEX' }, '6 priced service_tier:flex×0.5'],
    [{ service_tier: 'fast' }, '24 priced service_tier:fast×2'],
    [{ batch: true }, '6 priced batch×0.5'],
    [{ service_tier: 'batch' }, '6 priced batch×0.5'],
    [{ service_tier: 'batch', batch: true }, '6 priced batch×0.5'],
    [{ region: 'us' }, '13.2 priced region:us×1.1'],
    [{ region: 'us', service_tier: 'priority' }, '26.4 priced service_tier:priority×2 region:us×1.1'],
    [
      { region: 'eu', speed: 'fast', batch: true, service_tier: 'priority' },
      '79.2 priced service_tier:priority×2 batch×0.5 speed:fast×6 region:eu×1.1',
    ],
    [{ service_tier: 'scale' }, '12 partial context_unpriced:service_tier'],
    [{ speed: 'ludicrous' }, '12 partial context_unpriced:speed'],
    [{ region: 'mars' }, '12 partial context_unpriced:region'],
    [{ region: 'mars', speed: 'fast' }, '72 partial context_unpriced:region speed:fast×6'],
  ])('%o: %s', (context, expected) => {
    expect(summary(price(period, context))).toBe(expected);
  });

  test('a value of the wrong type is unknown, never standard', () => {
    expect(summary(price(period, { service_tier: 7 } as never))).toBe('12 partial context_unpriced:service_tier');
  });

  test('services keep their price unless a multiplier names their class', () => {
    const meters = { input_tokens: 2, web_searches: 1 };
    expect(summary(price(period, { batch: true }, meters))).toBe('101 priced batch×0.5');
    const all = { ...PLAIN, multipliers: [{ when: { batch: true }, factor: '0.5', classes: ['input', 'other'] }] };
    expect(summary(price(all, { batch: true }, meters))).toBe('51 priced batch×0.5');
  });

  test('two factors for one value stand beside each other for different classes', () => {
    const split = {
      ...PLAIN,
      multipliers: [
        { when: { region: ['us'] }, factor: '3', classes: ['input'] },
        { when: { region: ['us'] }, factor: '2', classes: ['output'] },
      ],
    };
    expect(price(split, { region: 'us' }).lines.map(({ amount }) => formatMoney(amount))).toEqual(['6', '20']);
  });

  test('they hold for the tiers of a long prompt and for its windows too', () => {
    const long = {
      ...period,
      tiers: [{ meter: 'input_tokens', op: '>', threshold: 5, rates: { input_tokens: dollars('3') } }],
      windows: [{ start: '12:00', end: '13:00', rates: { input_tokens: dollars('9') } }],
    };
    expect(summary(price(long, { service_tier: 'flex' }, { input_tokens: 6 }))).toBe('9 priced service_tier:flex×0.5');
    const noon = { ...long, windows: [{ start: '02:00', end: '03:00', rates: { input_tokens: dollars('9') } }] };
    expect(summary(price(noon, { service_tier: 'flex' }, { input_tokens: 6 }))).toBe('27 priced service_tier:flex×0.5');
  });

  test('any other value of an axis has one factor', () => {
    const vertex = {
      ...PLAIN,
      multipliers: [{ when: { region: ['*'] }, factor: '1.1' }],
      standard: { region: ['global'] },
    };
    expect(summary(price(vertex, { region: 'europe-west4' }))).toBe('13.2 priced region:*×1.1');
    expect(summary(price(vertex, { region: 'global' }))).toBe('12 priced');
  });
});

describe('cells', () => {
  const period = {
    ...PLAIN,
    tiers: [{ meter: 'input_tokens', op: '>', threshold: 5, rates: { input_tokens: dollars('2') } }],
    cells: [
      {
        when: { service_tier: ['flex'] },
        rates: { input_tokens: dollars('0.6'), output_tokens: dollars('5') },
        tiers: [{ meter: 'input_tokens', op: '>', threshold: 5, rates: { input_tokens: dollars('1.3') } }],
      },
      {
        when: { service_tier: ['flex'], region: ['eu'] },
        rates: { input_tokens: dollars('0.7'), output_tokens: dollars('6') },
      },
    ],
    multipliers: [
      { when: { service_tier: ['flex'] }, factor: '0.5' },
      { when: { region: ['us', 'eu'] }, factor: '1.1' },
    ],
  };

  test.each<[string, PricingContext, object, string]>([
    [
      'a published price wins over a multiplier',
      { service_tier: 'flex' },
      { input_tokens: 2, output_tokens: 1 },
      '6.2 priced',
    ],
    ['it has its own tiers', { service_tier: 'flex' }, { input_tokens: 6 }, '7.8 priced'],
    [
      'what it does not settle is multiplied',
      { service_tier: 'flex', region: 'us' },
      { input_tokens: 10 },
      '14.3 priced region:us×1.1',
    ],
    ['the one with most axes holds', { service_tier: 'flex', region: 'eu' }, { input_tokens: 10 }, '7 priced'],
    ['services keep their price in it', { service_tier: 'flex' }, { input_tokens: 1, web_searches: 1 }, '100.6 priced'],
    [
      'a token class without a price in it is not that of the plain list',
      { service_tier: 'flex' },
      { input_tokens: 2, cache_read_tokens: 1 },
      '1.2 partial rate_missing:cache_read_tokens',
    ],
  ])('%s', (_what, context, meters, expected) => {
    const plain = { ...period, rates: { ...PLAIN.rates, cache_read_tokens: dollars('0.1') } };
    expect(summary(price(plain, context, meters))).toBe(expected);
  });

  test('a value that only a cell of more axes knows is not priced by itself', () => {
    const both = {
      ...PLAIN,
      cells: [{ when: { service_tier: ['flex'], region: ['eu'] }, rates: { input_tokens: dollars('9') } }],
    };
    expect(summary(price(both, { service_tier: 'flex' }))).toBe('12 partial context_unpriced:service_tier');
  });

  test('a card of cells alone prices nothing else', () => {
    const video = { rates: {}, cells: [{ when: { variant: ['1792x1024'] }, rates: { seconds: dollars('0.5') } }] };
    expect(summary(price(video, { variant: '1792x1024' }, { seconds: 4 }))).toBe('2 priced');
    expect(summary(price(video, {}, { seconds: 4 }))).toBe('- unpriced rate_missing:seconds');
    expect(summary(price(video, { variant: '720p' }, { seconds: 4 }))).toBe('- unpriced rate_missing:seconds');
  });
});

describe('minimum and increment', () => {
  const speech = { rates: { seconds: dollars('0.5', { minimum: 10, increment: 4 }) } };
  test.each([
    [0.5, 10, '5'],
    [10, 12, '6'],
    [12, 12, '6'],
    [12.25, 16, '8'],
  ])('%d seconds are charged as %d', (seconds, quantity, total) => {
    const cost = price(speech, {}, { seconds });
    expect(formatMoney(cost.total as never)).toBe(total);
    expect(cost.lines[0]).toMatchObject(seconds === quantity ? { quantity } : { quantity, counted: seconds });
  });

  test('nothing used is nothing charged', () => {
    expect(price(speech, {}, { seconds: 0 }).lines).toEqual([]);
  });
});

test('a cost is in the currency of its card', () => {
  const cost = price(PLAIN, {}, { input_tokens: 1 }, 'CNY');
  expect([cost.currency, cost.total]).toEqual(['CNY', 10n ** 18n]);
  expect(price(PLAIN, {}, { pages: 1 }, 'CNY').currency).toBe('CNY');
});
