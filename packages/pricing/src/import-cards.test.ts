import { CostspanError, formatMoney, type Meters } from '@costspan/usage';
import { describe, expect, test } from 'vitest';
import type { Card } from './card.ts';
import { compileBook } from './compile-book.ts';
import { costOf } from './cost-of.ts';
import { type CardOrigin, importCards } from './import-cards/index.ts';
import { parseCardFile } from './parse-card-file.ts';

function imported(from: CardOrigin, value: unknown): { cards: readonly Card[]; findings: string[] } {
  const { file, findings } = importCards(from, value);
  expect(parseCardFile(JSON.parse(JSON.stringify(file)), 'imported')).toEqual(file);
  return { cards: file.cards, findings: findings.map(({ at, code }) => `${code} ${at}`) };
}

function rates(card: Card | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(card?.prices[0]?.rates ?? {}).map(([meter, { price, per }]) => [meter, `${price}/${per}`]),
  );
}

const LITELLM = `{
  "sample_spec": { "input_cost_per_token": 0.0, "litellm_provider": "one of many" },
  "gpt-x": {
    "input_cost_per_token": 2.5e-06,
    "output_cost_per_token": 1e-05,
    "cache_read_input_token_cost": 1.25e-06,
    "input_cost_per_token_batches": 1.25e-06,
    "litellm_provider": "openai",
    "max_tokens": 16384,
    "mode": "chat",
    "search_context_cost_per_query": { "search_context_size_high": 0.01, "search_context_size_low": 0.01, "search_context_size_medium": 0.01 },
    "output_cost_per_token_flex": 5e-06,
    "input_cost_per_token_flex": 1.3e-06,
    "input_cost_per_token_above_272k_tokens_flex": 2.6e-06,
    "input_cost_per_token_above_272k_tokens_priority": 1e-05,
    "provider_specific_entry": { "fast": 6.0, "us": 1.1, "note": "x" },
    "regional_processing_uplift_multiplier_eu": 1.10,
    "regional_processing_uplift_multiplier_us": 1.1,
    "supports_vision": true
  },
  "vertex_ai/claude-x": {
    "cache_creation_input_token_cost": 3.75e-06,
    "cache_creation_input_token_cost_above_1hr": 6e-06,
    "cache_creation_input_token_cost_above_1hr_above_200k_tokens": 1.2e-05,
    "input_cost_per_token": 3e-06,
    "input_cost_per_token_above_200k_tokens": 6e-06,
    "litellm_provider": "vertex_ai-anthropic_models",
    "output_cost_per_token": 1.5e-05,
    "output_cost_per_token_above_200k_tokens": 2.25e-05,
    "search_context_cost_per_query": { "search_context_size_high": 0.05, "search_context_size_low": 0.03 }
  },
  "databricks/noisy": { "input_cost_per_token": 1.0000000000000001e-07, "input_dbu_cost_per_token": 1.4e-06, "litellm_provider": "databricks" },
  "whisper-x": { "input_cost_per_second": 0.0001, "litellm_provider": "openai", "mode": "audio_transcription" },
  "sagemaker/self-hosted": { "input_cost_per_second": 0.02, "litellm_provider": "sagemaker", "mode": "chat" },
  "us.anthropic.claude-x-v1:0": { "input_cost_per_token": 0, "output_cost_per_token": "0.000003", "litellm_provider": "bedrock_converse" },
  "azure/eu/gpt-x": { "input_cost_per_token": 2.75e-06, "litellm_provider": "azure" },
  "azure/gpt-x": { "input_cost_per_token": 2.5e-06, "litellm_provider": "azure_ai" },
  "gemini/gem-x": { "input_cost_per_token": 1e-07, "input_cost_per_token_cache_hit": 2e-08, "cache_read_input_token_cost": 3e-08, "litellm_provider": "gemini" },
  "gem-x": { "input_cost_per_token": 2e-07, "litellm_provider": "vertex_ai-language-models" },
  "nobody": { "input_cost_per_token": 1e-06 },
  "wrong": { "input_cost_per_token": "cheap", "litellm_provider": "openai" }
}`;

describe('a LiteLLM price map', () => {
  const { cards, findings } = imported('litellm', LITELLM);
  const card = (provider: string, model: string) =>
    cards.find((one) => one.provider === provider && one.model === model);

  test('prices are taken over digit by digit', () => {
    expect(rates(card('openai', 'gpt-x'))).toEqual({
      input_tokens: '2.5/1000000',
      output_tokens: '10/1000000',
      cache_read_tokens: '1.25/1000000',
      web_searches: '10/1000',
    });
    expect(rates(card('databricks', 'noisy'))).toEqual({ input_tokens: '0.10000000000000001/1000000' });
    expect(rates(card('openai', 'whisper-x'))).toEqual({ seconds: '0.0001/1' });
  });

  test('a price of zero and a price as text are prices', () => {
    expect(rates(card('aws', 'us.anthropic.claude-x-v1:0'))).toEqual({
      input_tokens: '0/1000000',
      output_tokens: '3/1000000',
    });
  });

  test('prices above a prompt size become a tier', () => {
    expect(card('google', 'claude-x')?.prices[0]?.tiers).toEqual([
      {
        meter: 'input_tokens',
        op: '>',
        threshold: 200_000,
        rates: {
          input_tokens: { price: '6', per: 1_000_000 },
          output_tokens: { price: '22.5', per: 1_000_000 },
          cache_write_1h_tokens: { price: '12', per: 1_000_000 },
        },
      },
    ]);
  });

  test('prices by batch and service tier become cells, factors become multipliers', () => {
    const [period] = card('openai', 'gpt-x')?.prices ?? [];
    const million = (price: string) => ({ price, per: 1_000_000 });
    expect(period?.cells).toEqual([
      { when: { batch: ['true'] }, rates: { input_tokens: million('1.25') } },
      {
        when: { service_tier: ['flex'] },
        rates: { input_tokens: million('1.3'), output_tokens: million('5') },
        tiers: [{ meter: 'input_tokens', op: '>', threshold: 272_000, rates: { input_tokens: million('2.6') } }],
      },
    ]);
    expect(period?.multipliers).toEqual([
      { when: { speed: ['fast'] }, factor: '6' },
      { when: { region: ['us'] }, factor: '1.1' },
      { when: { region: ['eu'] }, factor: '1.1' },
    ]);
  });

  test('the provider in a name is taken off, a place in it is not', () => {
    expect(cards.filter(({ provider }) => provider === 'azure').map(({ model }) => model)).toEqual([
      'eu/gpt-x',
      'gpt-x',
    ]);
  });

  test('what the cards do not carry is reported, each with its place', () => {
    expect(findings).toEqual([
      'FIELD_NOT_CARRIED gpt-x.provider_specific_entry.note',
      'FIELD_NOT_CARRIED gpt-x',
      'FIELD_NOT_CARRIED vertex_ai/claude-x.search_context_cost_per_query',
      'FIELD_NOT_CARRIED databricks/noisy.input_dbu_cost_per_token',
      'FIELD_NOT_CARRIED sagemaker/self-hosted.input_cost_per_second',
      'PRICES_MISSING sagemaker/self-hosted',
      'METER_DUPLICATE gemini/gem-x.cache_read_input_token_cost',
      'PROVIDER_MISSING nobody',
      'PRICE_REFUSED wrong.input_cost_per_token',
      'PRICES_MISSING wrong',
      'MODEL_DUPLICATE google/gem-x',
    ]);
  });

  test('a parsed map gives the same cards where its numbers survived parsing', () => {
    const parsed = imported('litellm', JSON.parse(LITELLM));
    const without = (list: readonly Card[]) => list.filter(({ model }) => model !== 'noisy');
    expect(without(parsed.cards)).toEqual(without(cards));
  });
});

const at = (text: string): number => Date.parse(text) * 1000;

describe('a genai-prices file', () => {
  const PROVIDERS = `[{
    "id": "deepseek", "name": "DeepSeek", "pricing_urls": ["https://example.com/prices"], "api_pattern": "x",
    "fallback_model_providers": ["openai"],
    "models": [
      { "id": "night", "match": { "or": [{ "equals": "night" }, { "equals": "night-1" }, { "starts_with": "night-" }] },
        "prices_checked": "2026-02-03",
        "prices": [
          { "prices": { "input_mtok": 0.135, "output_mtok": { "base": 0.55, "tiers": [{ "start": 199999, "price": 1.10 }] } } },
          { "constraint": { "start_time": "00:30:00Z", "end_time": "16:30:00Z" }, "prices": { "input_mtok": 0.27 } },
          { "constraint": { "start_date": "2026-09-01" }, "prices": { "input_mtok": 0.5 } },
          { "constraint": { "start_time": "23:00:00Z", "end_time": "01:00:00Z" }, "prices": { "input_mtok": 0.7 } },
          { "constraint": { "end_date": "2026-09-01" }, "prices": { "input_mtok": 0.9 } }
        ] },
      { "id": "odd", "match": { "equals": "odd" }, "colour": "red",
        "prices": { "input_mtok": 1e-7, "input_parsecs": 3, "audio_hours": 0.111, "input_audio_hours": 0.111, "output_mtok": -1 } },
      { "id": "x:free", "match": { "equals": "x:free" }, "prices": {} }
    ] }]`;
  const { cards, findings } = imported('genai-prices', PROVIDERS);
  const book = compileBook([importCards('genai-prices', PROVIDERS).file]);

  function cost(model: string, atUs: number, meters: Meters): string {
    const { total, status } = costOf(book, {
      provider: 'deepseek',
      model,
      atUs,
      usage: { status: 'reported', meters },
      context: {},
    });
    return `${total === undefined ? '-' : formatMoney(total)} ${status}`;
  }

  test('of conditional prices the last that holds wins, at both sides of every limit', () => {
    const million = { input_tokens: 1_000_000 };
    expect(
      [
        '2026-06-01T00:29:59Z',
        '2026-06-01T00:30:00Z',
        '2026-06-01T00:59:59Z',
        '2026-06-01T01:00:00Z',
        '2026-06-01T16:29:59Z',
        '2026-06-01T16:30:00Z',
        '2026-06-01T22:59:59Z',
        '2026-06-01T23:00:00Z',
        '2026-08-31T12:00:00Z',
        '2026-09-01T01:00:00Z',
        '2026-09-01T00:59:59Z',
        '2026-09-01T12:00:00Z',
        '2026-09-01T23:00:00Z',
      ].map((instant) => cost('night', at(instant), million).replace(' priced', '')),
    ).toEqual(['0.7', '0.7', '0.7', '0.27', '0.27', '0.135', '0.135', '0.7', '0.27', '0.5', '0.7', '0.5', '0.7']);
  });

  test('a tier that starts at 199,999 means from 200,000 on', () => {
    const total = (input: number) =>
      cost('night', at('2026-06-01T18:00:00Z'), { input_tokens: input, output_tokens: 1_000_000 });
    expect(total(199_999)).toBe('0.576999865 priced');
    expect(total(200_000)).toBe('1.127 priced');
  });

  test('names are taken from equal clauses, the rest is reported; nothing is dropped in silence', () => {
    expect(cards[0]?.aliases).toEqual(['night-1']);
    expect(cards[0]?.source).toEqual({ url: 'https://example.com/prices', read: '2026-02-03' });
    expect(findings).toEqual([
      'FALLBACK_DROPPED deepseek.fallback_model_providers',
      'FIELD_UNKNOWN [0].models[1].colour',
      'MATCH_DROPPED [0].models[0].match',
      'CONSTRAINT_UNKNOWN [0].models[0].prices[4].constraint',
      'PRICE_KEY_UNKNOWN [0].models[1].prices.input_parsecs',
      'PRICE_REFUSED [0].models[1].prices.output_mtok',
    ]);
  });

  test('exponents are written out, hours are seconds, and what is free stays free', () => {
    expect(rates(cards[1])).toEqual({ input_tokens: '0.0000001/1000000', seconds: '0.111/3600' });
    expect(cost('x:free', 0, { input_tokens: 7 })).toBe('0 free');
  });

  test('a model without prices is free as the source has it, and its card says why', () => {
    const { cards: free, findings: said } = imported('genai-prices', {
      rows: [{ provider: 'p', model: 'm', prices: {} }],
    });
    expect(rates(free[0])).toEqual({ input_tokens: '0/1000000', output_tokens: '0/1000000' });
    expect(free[0]?.source.note).toBe('the source states no price, which there means free of charge');
    expect(said).toEqual([]);
  });

  test('windows without a price for the rest of the day are reported', () => {
    const window = { constraint: { start_time: '00:00:00Z', end_time: '01:00:00Z' }, prices: { input_mtok: '1' } };
    const { cards: none, findings: said } = imported('genai-prices', {
      rows: [{ provider: 'p', model: 'm', prices: [window] }],
    });
    expect([none[0]?.prices, said]).toEqual([[], ['PRICE_MISSING rows[0].prices']]);
  });
});

test.each<[CardOrigin, unknown]>([
  ['genai-prices', 7],
  ['genai-prices', { rows: 'none' }],
  ['litellm', []],
])('a %s file of another shape is one finding', (from, value) => {
  expect(imported(from, value).findings).toEqual(['SOURCE_SHAPE $']);
});

test('a text that is not JSON is refused by name', () => {
  expect(() => importCards('litellm', '{')).toThrow(CostspanError);
});

test('the day of the import becomes the age of the cards', () => {
  const rows = { rows: [{ provider: 'p', model: 'm', prices: { input_mtok: '1' } }] };
  const { file } = importCards('genai-prices', rows, { read: '2026-11-23' });
  expect(file.cards[0]?.source.read).toBe('2026-11-23');
});
