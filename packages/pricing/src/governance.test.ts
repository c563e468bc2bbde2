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
import { ReloadableBook } from './reloadable-book.ts';
import { Simulation } from './simulation.ts';

const SOURCE = { url: 'https://example.com/contract' };
const perMillion = (price: string) => ({ price, per: 1_000_000 });

function file(contents: object): object {
  return { format: CARDS_FORMAT, layer: 'acme', kind: 'organisation', ...contents };
}

function layer(contents: object): CardFile {
  return parseCardFile(file(contents), 'acme.json');
}

function override(fields: object): object {
  return {
    provider: 'openai',
    models: ['gpt-4o'],
    source: SOURCE,
    rates: { input_tokens: perMillion('2') },
    ...fields,
  };
}

function request(fields: Partial<PricingRequest> = {}): PricingRequest {
  return {
    provider: 'openai',
    model: 'gpt-4o',
    atUs: Date.parse('2026-11-02T12:00:00Z') * 1000,
    usage: { status: 'reported', meters: { input_tokens: 1000, output_tokens: 100 } },
    context: {},
    ...fields,
  };
}

describe('a difference names every price that moves', () => {
  test('of a rate, a multiplier, a tier, an alias, and of cards that come and go', () => {
    const card = (fields: object) => ({ provider: 'p', model: 'm', currency: 'USD', source: SOURCE, ...fields });
    const before = layer({
      cards: [
        card({
          aliases: ['old'],
          prices: [{ rates: { input_tokens: perMillion('1'), seconds: { price: '1', per: 60, minimum: 5 } } }],
        }),
        card({ model: 'gone', prices: [] }),
      ],
    });
    const tiers = [{ meter: 'input_tokens', op: '>', threshold: 5, rates: { input_tokens: perMillion('3') } }];
    const after = layer({
      cards: [
        card({
          aliases: ['new'],
          prices: [
            {
              rates: { input_tokens: perMillion('2'), seconds: { price: '1', per: 60, minimum: 5 } },
              tiers,
              multipliers: [{ when: { batch: true }, factor: '0.5' }],
            },
          ],
        }),
        card({ model: 'here', prices: [] }),
      ],
    });
    expect(diffCards([before], [after]).flatMap(changeLines)).toEqual([
      'removed p/gone',
      'added p/here',
      'p/here › currency: nothing → USD',
      'p/m › input_tokens: 1 per 1000000 → 2 per 1000000',
      'p/m › input_tokens > 5 › input_tokens: nothing → 3 per 1000000',
      'p/m › times batch: nothing → 0.5',
      'p/m: also called new',
      'p/m: no longer called old',
    ]);
  });

  test('of a ratio and a deployment, under their provider', () => {
    const terms = (ratio: string) =>
      layer({
        adjustments: [{ name: 'acme', provider: 'openai', ratio, classes: ['input'], to: '2027-01-01T00:00:00Z' }],
        deployments: [{ provider: 'azure', deployment: `prod-${ratio}`, model: 'gpt-4o', region: 'data_zone' }],
      });
    expect(diffCards([terms('0.9')], [terms('0.8')]).flatMap(changeLines)).toEqual([
      'azure/* › deployment prod-0.9: gpt-4o in data_zone → nothing',
      'azure/* › deployment prod-0.8: nothing → gpt-4o in data_zone',
      'openai/* › acme › acme on everything (input) to 2027-01-01T00:00:00Z: × 0.9 → × 0.8',
    ]);
  });

  test('between the same cards there is none, and an override is one', () => {
    expect(diffCards([baseCards()], [baseCards()])).toEqual([]);
    expect(diffCards([baseCards()], [baseCards(), layer({ overrides: [override({})] })]).flatMap(changeLines)).toEqual([
      'openai/gpt-4o › input_tokens: 2.5 per 1000000 → 2 per 1000000',
    ]);
  });
});

describe('layers are judged as a whole', () => {
  const codes = (contents: object) =>
    lintCards([baseCards(), layer(contents)]).map(({ severity, code, at }) => `${severity} ${code} ${at}`);

  test.each<[string, object, string[]]>([
    ['a contract that holds together', { overrides: [override({})] }, []],
    [
      'a name that is none',
      { overrides: [override({ models: ['gpt-4o', 'gpt-4oo'] })] },
      ['error TERM_IDLE overrides[0].models'],
    ],
    [
      'a provider that is none',
      { overrides: [override({ provider: 'opnai', models: undefined })] },
      ['error TERM_IDLE overrides[0].models'],
    ],
    [
      'a discount on nothing',
      { adjustments: [{ name: 'x', provider: 'openai', models: ['gpt-9*'], ratio: '0.9' }] },
      ['error TERM_IDLE adjustments[0].models'],
    ],
    [
      'a deployment of an unknown model',
      { deployments: [{ provider: 'azure', deployment: 'prod', model: 'gpt-9' }] },
      ['error MODEL_UNKNOWN deployments[0].model'],
    ],
    [
      'a deployment of a dated name',
      { deployments: [{ provider: 'azure', deployment: 'prod', model: 'gpt-4o-2024-08-06' }] },
      [],
    ],
    [
      'two overrides of one rate',
      { overrides: [override({}), override({ models: ['gpt-4o-2024-08*'] })] },
      ['error OVERRIDE_OVERLAP overrides[1]'],
    ],
    [
      'two overrides one after the other',
      { overrides: [override({ to: '2026-06-01T00:00:00Z' }), override({ from: '2026-06-01T00:00:00Z' })] },
      [],
    ],
    [
      'two overrides of different deployments',
      { overrides: [override({ deployments: ['a'] }), override({ deployments: ['b'] })] },
      [],
    ],
    [
      'a price a thousand times lower',
      { overrides: [override({ rates: { input_tokens: { price: '2.5', per: 1_000_000_000 } } })] },
      ['warning RATE_JUMP overrides[0].rates.input_tokens'],
    ],
    [
      'a rate whose long-prompt tier stays',
      { overrides: [override({ models: ['gpt-5.5'] })] },
      ['warning PRICE_INHERITED overrides[0].tiers'],
    ],
    [
      'a card in another currency',
      {
        cards: [
          {
            provider: 'openai',
            model: 'gpt-4o',
            currency: 'EUR',
            source: SOURCE,
            prices: [{ rates: { input_tokens: perMillion('2') } }],
          },
        ],
      },
      ['warning CURRENCY_CHANGED cards[0].currency'],
    ],
  ])('%s', (_what, contents, expected) => {
    expect(codes(contents)).toEqual(expected);
  });

  test('a price that nobody has read for long is said, once a layer', () => {
    const nowUs = Date.parse('2027-06-01T00:00:00Z') * 1000;
    const [stale, ...others] = lintCards([baseCards()], { nowUs });
    expect([stale?.code, stale?.layer, others]).toEqual(['CARD_STALE', 'base', []]);
    expect(lintCards([baseCards()], { nowUs: Date.parse('2026-11-23T00:00:00Z') * 1000 })).toEqual([]);
  });
});

describe('a book opens whole or not at all', () => {
  const good = { name: 'good.json', value: file({ overrides: [override({})] }) };

  test('every mistake of every file is answered at once', () => {
    const opened = openBook(
      [baseCards()],
      [
        { name: 'a.json', value: file({ overrides: [override({ rates: { tokens: perMillion('1') } })] }) },
        { name: 'b.json', value: file({ adjustments: [{ name: 'x', provider: 'openai', ratio: 0.9 }] }) },
        good,
      ],
    );
    expect(
      opened.kind === 'refused' && opened.findings.map(({ layer: name, code, at }) => `${name} ${code} ${at}`),
    ).toEqual(['a.json METER_UNKNOWN overrides[0].rates.tokens', 'b.json RATE_NUMBER adjustments[0].ratio']);
  });

  test('a book that is exchanged keeps the last good one, and says so', () => {
    const opened = openBook([baseCards()], []);
    if (opened.kind !== 'active') throw new Error('the bundled cards do not open');
    const holder = new ReloadableBook([baseCards()], opened);
    const total = () => costToJson(costOf(holder.book, request())).total;
    expect([total(), holder.lastReload]).toEqual(['0.0035', undefined]);

    const replaced = holder.reload([good]);
    expect(replaced).toMatchObject({ kind: 'replaced', before: compileBook([baseCards()]).version, warnings: [] });
    expect(replaced.kind === 'replaced' && replaced.changes.flatMap(changeLines)).toHaveLength(1);
    expect(total()).toBe('0.003');

    const bad = holder.reload([{ name: 'bad.json', value: file({ overrides: [override({ models: ['gpt-9'] })] }) }]);
    expect([bad.kind, bad.version, holder.lastReload]).toEqual(['refused', holder.book.version, bad]);
    expect(total()).toBe('0.003');
    expect(holder.reload([good]).kind).toBe('unchanged');
  });
});

describe('an explanation names everything that decided', () => {
  const contract = layer({
    overrides: [
      override({ models: ['gpt-5.4'], from: '2026-06-01T00:00:00Z', rates: { output_tokens: perMillion('12') } }),
    ],
    adjustments: [
      { name: 'acme-2026', provider: 'openai', ratio: '0.9' },
      { name: 'acme-2024', provider: 'openai', ratio: '0.8', to: '2025-01-01T00:00:00Z' },
    ],
  });
  const book = compileBook([baseCards(), contract]);

  test('names, layers, tier and context', () => {
    const asked = request({
      model: 'openai/GPT-5.4-2026-03-05',
      usage: { status: 'reported', meters: { input_tokens: 300_000, output_tokens: 10 } },
      context: { service_tier: 'flex', region: 'eu', speed: 'warp' },
    });
    const explained = explainCost(book, asked);
    expect(explained.cost).toEqual(costToJson(costOf(book, asked)));
    expect(explained).toMatchObject({
      provider: { asked: 'openai', id: 'openai' },
      model: { asked: 'openai/GPT-5.4-2026-03-05', name: 'gpt-5.4-2026-03-05', rules: ['provider-prefix'] },
      period: { from: '2026-06-01T00:00:00Z', to: null },
      window: null,
      tier: { meter: 'input_tokens', op: '>', threshold: 272_000 },
      context: [
        { axis: 'service_tier', value: 'flex', settledBy: 'cell' },
        { axis: 'speed', value: 'warp', settledBy: 'nothing' },
        { axis: 'region', value: 'eu', settledBy: 'multiplier' },
      ],
    });
    const named = explained.layers.map(({ layer: name, what, name: subject }) => `${name} ${what} ${subject}`);
    expect([named[0], ...named.slice(-2)]).toEqual([
      'base card openai/gpt-5.4',
      'acme override gpt-5.4',
      'acme adjustment acme-2026 ×0.9',
    ]);
  });

  test('a window', () => {
    const explained = explainCost(
      book,
      request({ provider: 'deepseek', model: 'deepseek-v4-pro', atUs: Date.parse('2026-11-02T02:00:00Z') * 1000 }),
    );
    expect(explained.window).toEqual({
      start: '09:00',
      end: '12:00',
      zone: 'Asia/Shanghai',
      days: ['mon', 'tue', 'wed', 'thu', 'fri'],
    });
  });

  test.each([
    ['an unknown model', { model: 'gpt-9' }, { id: 'openai' }, 'model_unknown'],
    ['an unknown provider', { provider: 'nobody' }, { id: null }, 'provider_unknown'],
    ['no model', { model: undefined }, { id: 'openai' }, 'model_missing'],
  ])('%s', (_what, fields, provider, reason) => {
    const explained = explainCost(book, request(fields));
    expect(explained).toMatchObject({ provider, layers: [], period: null, context: [], cost: { total: null, reason } });
  });

  test('it is JSON', () => {
    const explained = explainCost(book, request());
    expect(JSON.parse(JSON.stringify(explained))).toEqual(explained);
  });
});

describe('a simulation', () => {
  const book = compileBook([baseCards()]);

  test('adds up both books exactly, in all and by model', () => {
    const simulation = new Simulation(book, compileBook([baseCards(), layer({ overrides: [override({})] })]));
    for (let call = 0; call < 1000; call += 1) simulation.add(request());
    simulation.add(request({ model: 'gpt-4o-mini' }));
    simulation.add(request({ model: 'gpt-9' }));
    const { models, versions: _versions, ...all } = simulation.result();
    expect(all).toEqual({
      calls: 1002,
      before: { USD: '3.50021' },
      after: { USD: '3.00021' },
      difference: { USD: '-0.5' },
      unpricedBefore: 1,
      unpricedAfter: 1,
      changed: 1000,
    });
    expect(models.map(({ model, calls, difference }) => [model, calls, difference['USD']])).toEqual([
      ['gpt-4o', 1000, '-0.5'],
      ['gpt-4o-mini', 1, '0'],
      ['gpt-9', 1, undefined],
    ]);
  });

  test('currencies stand apart', () => {
    const yuan = layer({
      cards: [
        {
          provider: 'openai',
          model: 'gpt-4o',
          currency: 'CNY',
          source: SOURCE,
          prices: [{ rates: { input_tokens: perMillion('20'), output_tokens: perMillion('20') } }],
        },
      ],
    });
    const simulation = new Simulation(book, compileBook([baseCards(), yuan]));
    simulation.add(request());
    expect(simulation.result()).toMatchObject({
      after: { CNY: '0.022' },
      difference: { CNY: '0.022', USD: '-0.0035' },
    });
  });

  test('of endlessly many names it keeps a bounded number, and loses no call', () => {
    const simulation = new Simulation(book, book);
    for (let call = 0; call < 10_050; call += 1) simulation.add(request({ model: `gpt-unheard-of-${call}` }));
    const { calls, models } = simulation.result();
    expect([calls, models.length, models[0]]).toMatchObject([10_050, 10_001, { model: '(other)', calls: 50 }]);
  });
});
