import { formatMoney } from '@costspan/usage';
import { describe, expect, test } from 'vitest';
import { baseCards } from './base-book.ts';
import { CARDS_FORMAT } from './card.ts';
import { compileBook } from './compile-book.ts';
import type { PricingRequest } from './cost.ts';
import { costOf } from './cost-of.ts';
import { explainCost } from './explain-cost.ts';
import { parseCardFile } from './parse-card-file.ts';

const SOURCE = { url: 'https://example.com/contract', read: '2026-11-01' };

function total(contents: object, asked: Partial<PricingRequest>): string {
  const file = parseCardFile({ format: CARDS_FORMAT, layer: 'acme', kind: 'organisation', ...contents }, 'acme.json');
  const cost = costOf(compileBook([baseCards(), file]), request(asked));
  return cost.total === undefined ? '-' : formatMoney(cost.total);
}

function request(asked: Partial<PricingRequest>): PricingRequest {
  return {
    provider: 'openai',
    model: 'gpt-5.6-sol',
    atUs: Date.parse('2026-11-02T12:00:00Z') * 1000,
    usage: { status: 'reported', meters: { input_tokens: 100_000, output_tokens: 10_000 } },
    context: {},
    ...asked,
  };
}

// 0.4 for the input and 0.2 for the output of gpt-5.6-sol; 10 % more in the United States.
describe('a discount or premium is a ratio for one provider, model, region or class', () => {
  const ratio = (fields: object) => ({ adjustments: [{ name: 'ratio', provider: 'openai', ratio: '0.9', ...fields }] });
  const inUs = {
    overrides: [
      {
        provider: 'openai',
        models: ['gpt-5.6-sol'],
        source: SOURCE,
        multipliers: [{ when: { region: ['us'] }, factor: '0.99' }],
      },
    ],
  };
  test.each<[string, object, Partial<PricingRequest>, string]>([
    ['a provider', ratio({}), {}, '0.54'],
    ['another provider', ratio({ provider: 'anthropic' }), {}, '0.6'],
    ['a model', ratio({ models: ['gpt-5.6-sol'] }), {}, '0.54'],
    ['another model', ratio({ models: ['gpt-5.6-luna'] }), {}, '0.6'],
    ['the beginning of names', ratio({ models: ['gpt-5.6*'] }), {}, '0.54'],
    ['input alone', ratio({ classes: ['input'] }), {}, '0.56'],
    ['output alone, above one', ratio({ classes: ['output'], ratio: '1.25' }), {}, '0.65'],
    ['a region, whose calls state it', inUs, { context: { region: 'us' } }, '0.594'],
    ['a region, for calls of another', inUs, { context: { region: 'eu' } }, '0.66'],
    ['a region, for calls of none', inUs, {}, '0.6'],
    [
      'a place that stands in the name',
      { adjustments: [{ name: 'eu', provider: 'aws', models: ['regional.*'], ratio: '0.9' }] },
      { provider: 'aws.bedrock', model: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0' },
      '0.4455',
    ],
    ['four decimals', ratio({ ratio: '0.9275' }), {}, '0.5565'],
  ])('%s', (_what, contents, asked, expected) => {
    expect(total(contents, asked)).toBe(expected);
  });
});

test('steps by volume are decided by whoever knows the volume: each step is a ratio for the time in which it holds', () => {
  const steps = {
    adjustments: [
      { name: 'step-1', provider: 'openai', ratio: '0.95', from: '2026-10-01T00:00:00Z', to: '2026-11-02T12:00:00Z' },
      { name: 'step-2', provider: 'openai', ratio: '0.9', from: '2026-11-02T12:00:00Z' },
    ],
  };
  const at = (instant: string) => total(steps, { atUs: Date.parse(instant) * 1000 });
  expect([at('2026-09-30T23:59:59Z'), at('2026-11-02T11:59:59Z'), at('2026-11-02T12:00:00Z')]).toEqual([
    '0.6',
    '0.57',
    '0.54',
  ]);
});

test('what a step needs to be decided stands on every cost: amounts before and after, quantities by meter, card and version', () => {
  const file = parseCardFile(
    {
      format: CARDS_FORMAT,
      layer: 'acme',
      kind: 'organisation',
      adjustments: [{ name: 'r', provider: 'openai', ratio: '0.9' }],
    },
    'acme.json',
  );
  const cost = costOf(compileBook([baseCards(), file]), request({}));
  expect(cost).toMatchObject({
    list: 6n * 10n ** 17n,
    contracted: 54n * 10n ** 16n,
    card: { layer: 'acme', version: file.version },
  });
  expect(cost.lines.map(({ meter, quantity }) => [meter, quantity])).toEqual([
    ['input_tokens', 100_000],
    ['output_tokens', 10_000],
  ]);
});

test('an explanation shows how old each price is, and nothing where nobody knows', () => {
  const file = parseCardFile(
    {
      format: CARDS_FORMAT,
      layer: 'acme',
      kind: 'organisation',
      overrides: [
        {
          provider: 'openai',
          models: ['gpt-5.6-sol'],
          source: { url: 'https://example.com' },
          rates: { output_tokens: { price: '1', per: 1000 } },
        },
        {
          provider: 'openai',
          models: ['gpt-5.6-sol'],
          from: '2026-11-02T00:00:00Z',
          source: SOURCE,
          rates: { input_tokens: { price: '1', per: 1000 } },
        },
      ],
    },
    'acme.json',
  );
  const book = compileBook([baseCards(), file]);
  const nowUs = Date.parse('2026-11-23T12:00:00Z') * 1000;
  const own = explainCost(book, request({}), { nowUs }).layers.filter(({ layer }) => layer === 'acme');
  expect(own.map(({ ageDays }) => ageDays)).toEqual([null, 22]);
  expect(explainCost(book, request({}), { nowUs }).layers[0]?.ageDays).toBe(61);
  expect(explainCost(book, request({})).layers[0]?.ageDays).toBeNull();
});
