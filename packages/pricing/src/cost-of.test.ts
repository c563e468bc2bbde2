import {
  type Atto,
  formatMoney,
  METER_NAMES,
  type Meter,
  type Meters,
  sumMoney,
  type UsageStatus,
} from '@costspan/usage';
import { describe, expect, test } from 'vitest';
import { CARDS_FORMAT, type Card, type PricePeriod, type Rates } from './card.ts';
import { compileBook } from './compile-book.ts';
import type { Cost } from './cost.ts';
import { costOf } from './cost-of.ts';
import { parseCardFile } from './parse-card-file.ts';
import type { PriceBook } from './price-book.ts';

const AT_US = Date.parse('2026-06-01T12:00:00Z') * 1000;

/** Rates in dollars for a million: `{ input_tokens: '1.25' }`. */
function perMillion(rates: { readonly [M in Meter]?: string }): Rates {
  return Object.fromEntries(Object.entries(rates).map(([meter, price]) => [meter, { price, per: 1_000_000 }]));
}

function bookOf(...prices: readonly PricePeriod[]): PriceBook {
  return layered([{ model: 'm', prices }]);
}

function layered(...layers: readonly (readonly Partial<Card>[])[]): PriceBook {
  return compileBook(
    layers.map((cards, index) =>
      parseCardFile(
        {
          format: CARDS_FORMAT,
          layer: `layer-${index}`,
          cards: cards.map((card) => ({
            provider: 'acme',
            currency: 'USD',
            source: { url: 'https://example.com' },
            ...card,
          })),
        },
        'cards.json',
      ),
    ),
  );
}

interface Asked {
  readonly model?: string;
  readonly provider?: string;
  readonly at?: string;
  readonly status?: UsageStatus;
  readonly context?: object;
}

function price(book: PriceBook, meters: unknown, asked: Asked = {}): Cost {
  const { model = 'm', provider = 'acme', at, status = 'reported', context = {} } = asked;
  const atUs = at === undefined ? AT_US : Date.parse(at) * 1000;
  return costOf(book, { provider, model, atUs, usage: { status, meters: meters as Meters }, context });
}

/** Total, status and reason on one line: `0.5 partial rate_missing:web_searches`. */
function summary(cost: Cost): string {
  const total = cost.total === undefined ? '-' : formatMoney(cost.total as Atto);
  return [total, cost.status, ...(cost.reason === undefined ? [] : [cost.reason])].join(' ');
}

function lines(cost: Cost): Record<string, number> {
  return Object.fromEntries(cost.lines.map(({ meter, quantity }) => [meter, quantity]));
}

const CHAT = bookOf({
  rates: perMillion({
    input_tokens: '1000000',
    cache_read_tokens: '100000',
    cache_write_tokens: '1250000',
    output_tokens: '5000000',
  }),
});

describe('each token is charged once, at the most specific rate', () => {
  test.each<[string, Meters, string, Record<string, number>]>([
    [
      'plain input and output',
      { input_tokens: 3, output_tokens: 2 },
      '13 priced',
      { input_tokens: 3, output_tokens: 2 },
    ],
    [
      'cached tokens are part of the input',
      { input_tokens: 10, cache_read_tokens: 4, cache_write_tokens: 2 },
      '6.9 priced',
      { input_tokens: 4, cache_read_tokens: 4, cache_write_tokens: 2 },
    ],
    [
      'reasoning without a rate is output',
      { output_tokens: 9, output_reasoning_tokens: 5 },
      '45 priced',
      { output_tokens: 9 },
    ],
    [
      'a five-minute write is a write',
      { input_tokens: 2, cache_write_tokens: 2, cache_write_5m_tokens: 2 },
      '2.5 priced',
      { cache_write_tokens: 2 },
    ],
    [
      'a write that is only stated by its duration is a write',
      { input_tokens: 2, cache_write_5m_tokens: 2 },
      '2.5 priced',
      { cache_write_tokens: 2 },
    ],
    ['modalities without rates are input', { input_tokens: 9, input_audio_tokens: 5 }, '9 priced', { input_tokens: 9 }],
    ['zero counts make no lines', { input_tokens: 0, output_tokens: 0, web_searches: 0 }, '0 priced', {}],
    ['nothing reported costs nothing', {}, '0 priced', {}],
  ])('%s', (_what, meters, expected, quantities) => {
    const cost = price(CHAT, meters);
    expect(summary(cost)).toBe(expected);
    expect(lines(cost)).toEqual(quantities);
  });

  const AUDIO = bookOf({
    rates: perMillion({
      input_tokens: '1000000',
      cache_read_tokens: '100000',
      input_audio_tokens: '10000000',
      cache_audio_read_tokens: '2000000',
      output_tokens: '1000000',
    }),
  });

  test('cached audio has its own rate and is neither audio nor cached text again', () => {
    const meters = { input_tokens: 100, input_audio_tokens: 40, cache_read_tokens: 30, cache_audio_read_tokens: 10 };
    expect(lines(price(AUDIO, meters))).toEqual({
      input_tokens: 40,
      input_audio_tokens: 30,
      cache_read_tokens: 20,
      cache_audio_read_tokens: 10,
    });
  });

  test('cached audio without a rate of its own is charged as cached, once', () => {
    const book = bookOf({
      rates: perMillion({ input_tokens: '1000000', cache_read_tokens: '100000', input_audio_tokens: '10000000' }),
    });
    const meters = { input_tokens: 100, input_audio_tokens: 40, cache_read_tokens: 30, cache_audio_read_tokens: 10 };
    expect(lines(price(book, meters))).toEqual({ input_tokens: 40, input_audio_tokens: 30, cache_read_tokens: 30 });
  });

  test('an overlap that must exist but was not reported is charged once, and said', () => {
    const cost = price(AUDIO, { input_tokens: 10, input_audio_tokens: 9, cache_read_tokens: 8 });
    expect(summary(cost)).toBe('90.1 partial overlap_unreported:input_tokens');
    expect(lines(cost)).toEqual({ input_audio_tokens: 9, cache_read_tokens: 1 });
  });

  test('a card with audio rates alone covers a call of audio alone', () => {
    const book = bookOf({ rates: perMillion({ input_audio_tokens: '1000000' }) });
    expect(summary(price(book, { input_tokens: 7, input_audio_tokens: 7 }))).toBe('7 priced');
    expect(summary(price(book, { input_tokens: 9, input_audio_tokens: 7 }))).toBe(
      '7 partial rate_missing:input_tokens',
    );
  });
});

describe('what has no price of its own is said, never dropped', () => {
  const BARE = bookOf({ rates: perMillion({ input_tokens: '1000000', output_tokens: '2000000' }) });
  test.each<[string, Meters, string]>([
    [
      'a cache read at the input rate',
      { input_tokens: 5, cache_read_tokens: 3 },
      '5 partial rate_missing:cache_read_tokens',
    ],
    [
      'a cache write at the input rate',
      { input_tokens: 5, cache_write_tokens: 3 },
      '5 partial rate_missing:cache_write_tokens',
    ],
    ['a web search', { input_tokens: 5, web_searches: 1 }, '5 partial rate_missing:web_searches'],
    [
      'a search among other things',
      { web_searches: 1, input_tokens: 5, sessions: 1 },
      '5 partial rate_missing:web_searches',
    ],
    ['a fetch is not charged beside its tokens', { input_tokens: 5, web_fetches: 2 }, '5 priced'],
    ['another measure of the same tokens', { input_tokens: 5, seconds: 60, input_characters: 20 }, '5 priced'],
    ['a count that is zero', { input_tokens: 5, cache_read_tokens: 0, web_searches: 0 }, '5 priced'],
    ['nothing that the card prices', { seconds: 60 }, '- unpriced rate_missing:seconds'],
    ['nothing but a search', { web_searches: 2 }, '- unpriced rate_missing:web_searches'],
    ['parts of an input that nobody counted', { cache_read_tokens: 3 }, '3 partial count_missing:input_tokens'],
  ])('%s', (_what, meters, expected) => {
    expect(summary(price(BARE, meters))).toBe(expected);
  });

  test('a long-lived write at the rate of a short one', () => {
    const meters = { input_tokens: 4, cache_write_tokens: 4, cache_write_1h_tokens: 1 };
    expect(summary(price(CHAT, meters))).toBe('5 partial rate_missing:cache_write_1h_tokens');
  });

  test('a rate of zero is a price', () => {
    const book = bookOf({ rates: perMillion({ input_tokens: '1000000', cache_read_tokens: '0' }) });
    const cost = price(book, { input_tokens: 5, cache_read_tokens: 3 });
    expect(summary(cost)).toBe('2 priced');
    expect(lines(cost)).toEqual({ input_tokens: 2, cache_read_tokens: 3 });
  });

  test('a card of zeros is free, but not for what it does not name', () => {
    const book = bookOf({ rates: perMillion({ input_tokens: '0', output_tokens: '0' }) });
    expect(summary(price(book, { input_tokens: 5, output_tokens: 5 }))).toBe('0 free');
    expect(summary(price(book, { input_tokens: 5 }, { status: 'estimated' }))).toBe('0 free');
    expect(summary(price(book, { input_tokens: 5 }, { context: { service_tier: 'flex' } }))).toBe('0 free');
    expect(summary(price(book, { input_tokens: 5, web_searches: 1 }))).toBe('0 partial rate_missing:web_searches');
    expect(summary(price(book, { web_searches: 1 }))).toBe('- unpriced rate_missing:web_searches');
  });
});

describe('contradictory counts are bounded from above', () => {
  test.each<[string, Meters, string]>([
    // What an exclusive provider means by it: 3 fresh, 10 read, 5 written.
    ['cached tokens beside the input', { input_tokens: 3, cache_read_tokens: 10, cache_write_tokens: 5 }, '10.25'],
    ['reasoning beside the output', { output_tokens: 3, output_reasoning_tokens: 4 }, '35'],
    ['writes beside their whole', { input_tokens: 9, cache_write_tokens: 1, cache_write_5m_tokens: 3 }, '10'],
    ['modalities that sum to more', { input_tokens: 3, input_text_tokens: 2, input_audio_tokens: 2 }, '7'],
    ['a part of nothing', { input_tokens: 0, cache_read_tokens: 1 }, '0.1'],
  ])('%s', (_what, meters, total) => {
    const cost = price(CHAT, meters);
    expect(cost.status).toBe('inconsistent');
    expect(cost.reason).toMatch(/^parts_exceed_whole:(input|output|cache_write)_tokens$/);
    expect(formatMoney(cost.total as Atto)).toBe(total);
    expect(cost.lines.every(({ quantity, amount }) => quantity > 0 && amount >= 0n)).toBe(true);
  });
});

describe('a count that is none gives no total', () => {
  test.each([Number.NaN, -1, 1.5, Number.POSITIVE_INFINITY, 1e18, '12', true, {}, [3], 3n])('%s', (count) => {
    const cost = price(CHAT, { input_tokens: 1, output_tokens: count });
    expect(summary(cost)).toBe('- usage_missing count_invalid:output_tokens');
  });

  test('a name that is no meter is left to the door that read it', () => {
    expect(summary(price(CHAT, { input_tokens: 1, tokens: 5, constructor: 1, toString: 2 }))).toBe('1 priced');
  });

  test.each([undefined, null, 7, 'text', []])('meters that are %s cost nothing and break nothing', (meters) => {
    expect(summary(price(CHAT, meters))).toBe('0 priced');
  });
});

describe('units other than tokens', () => {
  test('a price for a request is charged once for a call that does not count requests', () => {
    const book = bookOf({ rates: { ...perMillion({ input_tokens: '1000000' }), requests: { price: '5', per: 1000 } } });
    expect(summary(price(book, { input_tokens: 1 }))).toBe('1.005 priced');
    expect(summary(price(book, { input_tokens: 1, requests: 3 }))).toBe('1.015 priced');
    expect(summary(price(book, { input_tokens: 1, requests: 0 }))).toBe('1 priced');
  });

  test('a price for an hour is rounded once, half to even, at 10⁻¹⁸', () => {
    const book = bookOf({ rates: { seconds: { price: '0.111', per: 3600 } } });
    expect(formatMoney(price(book, { seconds: 1 }).total as Atto)).toBe('0.000030833333333333');
    expect(formatMoney(price(book, { seconds: 2 }).total as Atto)).toBe('0.000061666666666667');
    expect(formatMoney(price(book, { seconds: 3600 }).total as Atto)).toBe('0.111');
    expect(formatMoney(price(book, { seconds: 0.5 }).total as Atto)).toBe('0.000015416666666667');
    expect(formatMoney(price(book, { seconds: 1e-7 }).total as Atto)).toBe('0.000000000003083333');
  });

  test('the smallest rates keep all their digits', () => {
    const book = bookOf({ rates: perMillion({ input_tokens: '0.003625' }) });
    expect(formatMoney(price(book, { input_tokens: 1 }).total as Atto)).toBe('0.000000003625');
    expect(formatMoney(price(book, { input_tokens: 4e12 }).total as Atto)).toBe('14500');
    expect(formatMoney(price(book, { input_tokens: Number.MAX_SAFE_INTEGER }).total as Atto)).toBe(
      '32651097.298436092375',
    );
  });
});

describe('the size of the prompt selects one price for the whole request', () => {
  const tiers = (op: '>' | '>=', threshold: number): PriceBook =>
    bookOf({
      rates: perMillion({ input_tokens: '1000000', cache_read_tokens: '100000', output_tokens: '1000000' }),
      tiers: [
        {
          meter: 'input_tokens',
          op,
          threshold,
          rates: perMillion({ input_tokens: '2000000', output_tokens: '3000000' }),
        },
      ],
    });
  test.each<[string, '>' | '>=', number, number, string]>([
    ['below', '>', 200_000, 199_999, '200002'],
    ['exactly at, operator >', '>', 200_000, 200_000, '200003'],
    ['above', '>', 200_000, 200_001, '400011'],
    ['below, operator >=', '>=', 200_000, 199_999, '200002'],
    ['exactly at, operator >=', '>=', 200_000, 200_000, '400009'],
    ['272K: below', '>', 272_000, 271_999, '272002'],
    ['272K: at', '>', 272_000, 272_000, '272003'],
    ['272K: above', '>', 272_000, 272_001, '544011'],
  ])('%s', (_where, op, threshold, input, total) => {
    expect(formatMoney(price(tiers(op, threshold), { input_tokens: input, output_tokens: 3 }).total as Atto)).toBe(
      total,
    );
  });

  test('cached tokens count towards the size, output does not, and what the tier does not name keeps its rate', () => {
    const book = tiers('>', 10);
    expect(lines(price(book, { input_tokens: 11, cache_read_tokens: 10 }))).toEqual({
      input_tokens: 1,
      cache_read_tokens: 10,
    });
    expect(summary(price(book, { input_tokens: 11, cache_read_tokens: 10 }))).toBe('3 priced');
    expect(summary(price(book, { input_tokens: 10, output_tokens: 500 }))).toBe('510 priced');
  });

  test('of several tiers the highest that holds applies, on top of the lower ones', () => {
    const book = bookOf({
      rates: perMillion({ input_tokens: '1000000', output_tokens: '1000000' }),
      tiers: [
        { meter: 'input_tokens', op: '>', threshold: 10, rates: perMillion({ output_tokens: '5000000' }) },
        { meter: 'input_tokens', op: '>', threshold: 20, rates: perMillion({ input_tokens: '2000000' }) },
      ],
    });
    expect([10, 11, 20, 21].map((input) => summary(price(book, { input_tokens: input, output_tokens: 1 })))).toEqual([
      '11 priced',
      '16 priced',
      '25 priced',
      '47 priced',
    ]);
  });
});

describe('the price is that of the instant of the call', () => {
  const at = (rates: string) => perMillion({ input_tokens: rates });
  const CHANGED = bookOf(
    { from: '2025-01-01T00:00:00Z', to: '2026-03-13T00:00:00Z', rates: at('1000000') },
    { from: '2026-03-13T00:00:00Z', to: '2026-08-16T16:00:00Z', rates: at('2000000') },
    {
      from: '2026-08-16T16:00:00Z',
      rates: at('3000000'),
      windows: [{ start: '09:00', end: '12:00', zone: 'Asia/Shanghai', days: ['mon', 'fri'], rates: at('6000000') }],
    },
  );
  test.each([
    ['2024-12-31T23:59:59.999Z', '- unpriced no_price_at_instant'],
    ['2025-01-01T00:00:00Z', '1 priced'],
    ['2026-03-12T23:59:59.999Z', '1 priced'],
    ['2026-03-13T00:00:00Z', '2 priced'],
    ['2026-08-16T15:59:59.999Z', '2 priced'],
    ['2026-08-16T16:00:00Z', '3 priced'],
    ['2026-08-17T00:59:59Z', '3 priced'],
    ['2026-08-17T01:00:00Z', '6 priced'],
    ['2026-08-17T03:59:59Z', '6 priced'],
    ['2026-08-17T04:00:00Z', '3 priced'],
    ['2026-08-18T02:00:00Z', '3 priced'],
    ['2026-08-21T02:00:00Z', '6 priced'],
    ['2026-08-22T02:00:00Z', '3 priced'],
  ])('%s: %s', (instant, expected) => {
    expect(summary(price(CHANGED, { input_tokens: 1 }, { at: instant }))).toBe(expected);
  });

  test('an instant that is none is said', () => {
    expect(summary(price(CHANGED, { input_tokens: 1 }, { at: 'never' }))).toBe('- unpriced instant_invalid');
  });

  test('a window has its own tiers and none of the period around it', () => {
    const tier = (rate: string) => [
      { meter: 'input_tokens' as const, op: '>' as const, threshold: 5, rates: at(rate) },
    ];
    const book = bookOf({
      rates: at('1000000'),
      tiers: tier('2000000'),
      windows: [
        { start: '00:00', end: '12:00', rates: at('4000000') },
        { start: '12:00', end: '13:00', rates: at('4000000'), tiers: tier('8000000') },
      ],
    });
    const total = (time: string) => summary(price(book, { input_tokens: 6 }, { at: `2026-06-01T${time}:00Z` }));
    expect(['11:59', '12:00', '13:00'].map(total)).toEqual(['24 priced', '48 priced', '12 priced']);
  });
});

describe('no card, no total', () => {
  test.each<[string, Asked, string]>([
    ['an unknown provider', { provider: 'nobody' }, '- unpriced provider_unknown'],
    ['an unknown model', { model: 'n' }, '- unpriced model_unknown'],
    ['an empty model name', { model: '' }, '- unpriced model_missing'],
    ['usage that nobody knows', { status: 'unavailable' }, '- usage_missing usage_unavailable'],
    [
      'usage that nobody knows of a model that nobody knows',
      { status: 'unavailable', model: 'n' },
      '- usage_missing usage_unavailable',
    ],
  ])('%s', (_what, asked, expected) => {
    expect(summary(price(CHAT, { input_tokens: 1 }, asked))).toBe(expected);
  });

  test('a model without a stated price is known and unpriced', () => {
    const cost = price(layered([{ model: 'm', prices: [] }]), { input_tokens: 1 });
    expect(summary(cost)).toBe('- unpriced price_unknown');
    expect(cost.card?.model).toBe('m');
  });

  test('a request of the wrong types is unpriced, not thrown', () => {
    const ask = (request: object) => summary(costOf(CHAT, request as never));
    expect(ask({})).toBe('- usage_missing usage_unavailable');
    expect(ask({ usage: null })).toBe('- usage_missing usage_unavailable');
    expect(ask({ usage: { status: 'reported' }, atUs: '7', provider: 'acme' })).toBe('- unpriced instant_invalid');
    expect(ask({ usage: { status: 'reported' }, atUs: 7, provider: 7 })).toBe('- unpriced provider_unknown');
    expect(ask({ usage: { status: 'reported' }, atUs: 7, provider: 'acme', model: 7 })).toBe(
      '- unpriced model_unknown',
    );
    expect(ask({ usage: { status: 'reported' }, atUs: 7, provider: 'acme', model: null })).toBe(
      '- unpriced model_missing',
    );
  });
});

describe('how the counts and the service were', () => {
  test('estimated usage gives an estimated cost', () => {
    expect(summary(price(CHAT, { input_tokens: 1 }, { status: 'estimated' }))).toBe('1 estimated');
  });

  test.each<[object | undefined, string]>([
    [undefined, '1 priced'],
    [{ service_tier: 'default' }, '1 priced'],
    [{ service_tier: 'standard', speed: 'standard', batch: false }, '1 priced'],
    [{ region: 'eu' }, '1 priced'],
    [{ service_tier: 'priority' }, '1 partial context_unpriced:service_tier'],
    [{ service_tier: 'flex' }, '1 partial context_unpriced:service_tier'],
    [{ service_tier: 'unheard-of' }, '1 partial context_unpriced:service_tier'],
    [{ batch: true }, '1 partial context_unpriced:batch'],
    [{ speed: 'fast' }, '1 partial context_unpriced:speed'],
  ])('a call served as %o is never taken for a standard one in silence', (context, expected) => {
    expect(summary(price(CHAT, { input_tokens: 1 }, context === undefined ? {} : { context }))).toBe(expected);
  });
});

describe('a cost that the provider reported is preferred and kept beside the computed one', () => {
  const reported = (amount: unknown, currency = 'USD') => ({ context: { reported_cost: { amount, currency } } });

  test('its total is one line', () => {
    const cost = price(CHAT, { input_tokens: 1 }, reported('0.0123'));
    expect(summary(cost)).toBe('0.0123 provider_reported');
    expect(sumMoney(cost.lines.map(({ amount }) => amount))).toBe(cost.total);
    expect(cost.computed && summary(cost.computed)).toBe('1 priced');
  });

  test.each<[string, Asked]>([
    ['for a model that nobody prices', { model: 'n' }],
    ['for a provider that nobody prices', { provider: 'nobody' }],
    ['for usage that nobody knows', { status: 'unavailable' }],
  ])('it stands %s', (_what, asked) => {
    const cost = price(CHAT, { input_tokens: 1 }, { ...asked, ...reported('2') });
    expect(summary(cost)).toBe('2 provider_reported');
    expect(cost.computed?.total).toBeUndefined();
  });

  test.each<[string, unknown, string?]>([
    ['another currency', '2', 'EUR'],
    ['a number, which may have lost digits', 2],
    ['a negative amount', '-2'],
    ['no amount', undefined],
    ['an exponent', '2e-3'],
  ])('%s is not used', (_what, amount, currency) => {
    expect(summary(price(CHAT, { input_tokens: 1 }, reported(amount, currency)))).toBe('1 priced');
  });

  test('zero is an amount', () => {
    expect(summary(price(CHAT, { input_tokens: 1 }, reported('0')))).toBe('0 provider_reported');
  });
});

describe('later layers win', () => {
  const at = (rate: string): readonly PricePeriod[] => [{ rates: perMillion({ input_tokens: rate }) }];
  const base = [
    { model: 'm', aliases: ['m-2026-01-01', 'm-latest'], prices: at('1000000') },
    { model: 'n', aliases: ['n-x'], prices: at('5000000') },
  ];

  test('a card replaces the one below it as a whole, under all its names', () => {
    const book = layered(base, [{ model: 'm', prices: at('2000000') }]);
    const models = ['m', 'm-2026-01-01', 'm-latest', 'n'];
    expect(models.map((model) => summary(price(book, { input_tokens: 1 }, { model })))).toEqual([
      '2 priced',
      '2 priced',
      '2 priced',
      '5 priced',
    ]);
    expect(price(book, { input_tokens: 1 }).card?.layer).toBe('layer-1');
  });

  test('a card can take one alias away from the card below', () => {
    const book = layered(base, [{ model: 'm-latest', prices: at('3000000') }]);
    const models = ['m', 'm-2026-01-01', 'm-latest'];
    expect(models.map((model) => summary(price(book, { input_tokens: 1 }, { model })))).toEqual([
      '1 priced',
      '1 priced',
      '3 priced',
    ]);
  });

  test('the version is that of the layers and their order', () => {
    const over = [{ model: 'm', prices: at('2000000') }];
    expect(layered(base, over).version).toBe(layered(base, over).version);
    expect(layered(base, over).version).not.toBe(layered(over, base).version);
    expect(layered(base, over).version).not.toBe(layered(base).version);
  });
});

test('10,000,000 calls of 0.000255 are exactly 2550', () => {
  const book = bookOf({ rates: perMillion({ input_tokens: '0.15', output_tokens: '0.6' }) });
  const one = price(book, { input_tokens: 500, output_tokens: 300 });
  expect(formatMoney(one.total as Atto)).toBe('0.000255');
  let sum = 0n;
  for (let call = 0; call < 10_000_000; call += 1) sum += one.total as bigint;
  expect(formatMoney(sum as Atto)).toBe('2550');
});

test('every meter can be priced', () => {
  for (const meter of METER_NAMES) {
    const book = bookOf({ rates: { [meter]: { price: '1', per: 1 } } });
    expect([meter, price(book, { [meter]: 2 }).lines]).toEqual([
      meter,
      [{ meter, quantity: 2, rate: '1', per: 1, amount: 2n * 10n ** 18n }],
    ]);
  }
});
