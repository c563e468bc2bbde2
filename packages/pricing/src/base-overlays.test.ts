import { attoFromInteger, formatMoney, type PricingContext, parseMoney } from '@costspan/usage';
import { describe, expect, test } from 'vitest';
import { readOverlays } from '../build/overlay-cards.ts';
import { baseBook } from './base-book.ts';
import { costOf } from './cost-of.ts';

const NOV = '2026-11-02T05:00:00Z';
const MILLION = 1_000_000;

/** `total status reason` of a call, priced by the bundled catalogue. */
function ask(provider: string, model: string, meters: object, context: PricingContext = {}, at = NOV): string {
  const cost = costOf(baseBook(), {
    provider,
    model,
    atUs: Date.parse(at) * 1000,
    usage: { status: 'reported', meters },
    context,
  });
  const total = cost.total === undefined ? '-' : formatMoney(cost.total);
  return [total, cost.status, ...(cost.reason === undefined ? [] : [cost.reason])].join(' ');
}

const chat = (input: number, output = 0, cached = 0) => ({
  input_tokens: input * MILLION,
  output_tokens: output * MILLION,
  cache_read_tokens: cached * MILLION,
});
/** A tenth of a million: below every long-prompt boundary. */
const SHORT = 100_000;
const short = { input_tokens: SHORT, output_tokens: SHORT };

test('every overlay was read, and says when and where', () => {
  const overlays = readOverlays();
  expect(overlays.length).toBeGreaterThan(8);
  for (const { layer, kind, cards, overrides = [] } of overlays) {
    expect([layer, kind]).toEqual([layer, 'correction']);
    for (const { source } of [...cards, ...overrides]) expect([layer, source.read]).toEqual([layer, '2026-11-23']);
  }
});

describe('how a call was served', () => {
  test.each<[string, string, PricingContext, object, string]>([
    ['openai', 'gpt-5.6-sol', {}, short, '2.4 priced'],
    ['openai', 'gpt-5.6-sol', { service_tier: 'priority' }, short, '4.8 priced'],
    ['openai', 'gpt-5.6-sol', { service_tier: 'flex' }, short, '1.2 priced'],
    ['openai', 'gpt-5.6-sol', { batch: true }, short, '1.2 priced'],
    ['openai', 'gpt-5.6-sol', { region: 'eu' }, short, '2.64 priced'],
    ['openai', 'gpt-5.6-sol', { region: 'eu', service_tier: 'priority' }, short, '5.28 priced'],
    ['openai', 'gpt-5.6-sol', { region: 'jp' }, short, '2.4 partial context_unpriced:region'],
    ['openai', 'gpt-5.6-sol', { service_tier: 'scale' }, short, '2.4 partial context_unpriced:service_tier'],
    ['openai', 'gpt-5.5', { service_tier: 'priority' }, short, '8.75 priced'],
    ['openai', 'gpt-4o-2024-08-06', { service_tier: 'priority' }, short, '2.125 priced'],
    ['openai', 'gpt-4.1', { service_tier: 'priority' }, short, '1.75 priced'],
    ['openai', 'gpt-4o-mini', { service_tier: 'priority' }, short, '0.075 partial context_unpriced:service_tier'],
    [
      'openai',
      'gpt-5.4',
      { service_tier: 'flex' },
      { input_tokens: 100_000, cache_read_tokens: 100_000 },
      '0.013 priced',
    ],
    ['openai', 'gpt-4o', { region: 'eu' }, short, '1.25 priced'],
    ['openai', 'gpt-4o', { service_tier: 'flex' }, { ...short, web_searches: 100 }, '1.625 priced'],
    ['openai', 'text-embedding-3-small', { batch: true }, { input_tokens: 1 }, '0.00000001 priced'],
    ['anthropic', 'claude-opus-4-8', { speed: 'fast' }, short, '6 priced'],
    ['anthropic', 'claude-opus-4-8', { speed: 'fast', region: 'us' }, short, '6.6 priced'],
    ['anthropic', 'claude-opus-4-7', { speed: 'fast' }, short, '18 priced'],
    ['anthropic', 'claude-opus-5-5', { speed: 'fast' }, short, '4.8 priced'],
    ['anthropic', 'claude-opus-5-5', {}, chat(1, 0, 1), '0.2 priced'],
    ['anthropic', 'claude-opus-5-5', { speed: 'fast' }, chat(1, 0, 1), '0.4 priced'],
    ['anthropic', 'claude-sonnet-5', { speed: 'fast' }, short, '1.2 partial context_unpriced:speed'],
    ['anthropic', 'claude-opus-5', { batch: true }, { ...short, web_searches: 10 }, '1.6 priced'],
    ['anthropic', 'claude-opus-5', { service_tier: 'batch' }, short, '1.5 priced'],
    ['anthropic', 'claude-opus-5', { service_tier: 'priority' }, short, '3 partial context_unpriced:service_tier'],
    ['anthropic', 'claude-opus-5', { region: 'global' }, short, '3 priced'],
    ['gcp.gemini', 'gemini-2.5-flash', { service_tier: 'flex' }, short, '0.14 priced'],
    [
      'gcp.gemini',
      'gemini-2.5-flash',
      { service_tier: 'priority' },
      short,
      '0.28 partial context_unpriced:service_tier',
    ],
    ['gcp.vertex_ai', 'claude-sonnet-5', { region: 'europe-west4' }, short, '1.32 priced'],
    ['gcp.vertex_ai', 'claude-sonnet-5', { region: 'global' }, short, '1.2 priced'],
    ['x_ai', 'grok-4.3', { region: 'us' }, short, '0.4125 priced'],
    ['x_ai', 'grok-4.3', {}, { ...short, social_searches: 4 }, '0.395 priced'],
    ['azure.ai.openai', 'gpt-4o-mini', { region: 'data_zone' }, { input_tokens: MILLION }, '0.165 priced'],
    ['azure.ai.openai', 'gpt-4o-mini', { region: 'swedencentral' }, short, '0.075 partial context_unpriced:region'],
  ])('%s %s %o', (provider, model, context, meters, expected) => {
    expect(ask(provider, model, meters, context)).toBe(expected);
  });
});

describe('where a long prompt begins', () => {
  test.each<[string, string, number, string]>([
    ['openai', 'gpt-5.4', 271_999, '0.6799975'],
    ['openai', 'gpt-5.4', 272_000, '0.68'],
    ['openai', 'gpt-5.4', 272_001, '1.360005'],
    ['openai', 'gpt-6-sol', 272_000, '0.544'],
    ['openai', 'gpt-6-sol', 272_001, '1.088004'],
    ['aws.bedrock', 'global.openai.gpt-5.6-luna', 272_000, '0.0544'],
    ['x_ai', 'grok-4.3', 199_999, '0.24999875'],
    ['x_ai', 'grok-4.3', 200_000, '0.5'],
    ['anthropic', 'claude-sonnet-4-5', 200_000, '0.6'],
    ['anthropic', 'claude-sonnet-4-5', 200_001, '1.200006'],
    ['anthropic', 'claude-sonnet-4-6', 200_001, '0.600003'],
    ['aws.bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 200_000, '0.66'],
    ['aws.bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 200_001, '1.3200066'],
    ['aws.bedrock', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0', 200_001, '1.200006'],
    ['aws.bedrock', 'global.anthropic.claude-sonnet-4-6-v1:0', 200_001, '0.600003'],
    ['gcp.gemini', 'gemini-2.5-pro', 200_000, '0.25'],
    ['gcp.gemini', 'gemini-2.5-pro', 200_001, '0.5000025'],
  ])('%s %s at %d', (provider, model, input, total) => {
    expect(ask(provider, model, { input_tokens: input })).toBe(`${total} priced`);
  });
});

describe('when a price holds', () => {
  test.each<[string, string, string, string]>([
    ['deepseek', 'deepseek-v4-pro', '2026-07-01T02:00:00Z', '0.435'],
    ['deepseek', 'deepseek-v4-pro', '2026-08-16T15:59:59.999Z', '0.435'],
    ['deepseek', 'deepseek-v4-pro', '2026-08-16T16:00:00Z', '0.66'],
    ['deepseek', 'deepseek-v4-pro', '2026-08-17T00:59:59.999Z', '0.66'],
    ['deepseek', 'deepseek-v4-pro', '2026-08-17T01:00:00Z', '1.32'],
    ['deepseek', 'deepseek-v4-pro', '2026-08-17T03:59:59.999Z', '1.32'],
    ['deepseek', 'deepseek-v4-pro', '2026-08-17T04:00:00Z', '0.66'],
    ['deepseek', 'deepseek-v4-pro', '2026-08-17T06:00:00Z', '1.32'],
    ['deepseek', 'deepseek-v4-pro', '2026-08-17T10:00:00Z', '0.66'],
    ['deepseek', 'deepseek-v4-pro', '2026-08-21T02:00:00Z', '1.32'],
    ['deepseek', 'deepseek-v4-pro', '2026-08-22T02:00:00Z', '0.66'],
    ['deepseek', 'deepseek-v4-flash', '2026-08-23T08:00:00Z', '0.22'],
    ['openai', 'gpt-5.6-luna', '2026-07-29T23:59:59.999Z', '1'],
    ['openai', 'gpt-5.6-luna', '2026-07-30T00:00:00Z', '0.2'],
    ['openai', 'gpt-5.6-sol', '2026-08-20T23:59:59.999Z', '5'],
    ['openai', 'gpt-5.6-sol', '2026-08-21T00:00:00Z', '4'],
    ['openai', 'o3', '2025-06-09T23:59:59.999Z', '10'],
    ['openai', 'o3', '2025-06-10T00:00:00Z', '2'],
    ['gcp.gemini', 'gemini-3.7-flash', '2026-12-31T23:59:59.999Z', '0.75'],
    ['gcp.gemini', 'gemini-3.7-flash', '2027-01-01T00:00:00Z', '1.5'],
    ['anthropic', 'claude-sonnet-5-5', '2026-10-06T23:59:59.999Z', '2'],
    ['mistral_ai', 'mistral-large-latest', '2025-12-01T23:59:59.999Z', '2'],
    ['mistral_ai', 'mistral-large-latest', NOV, '0.5'],
  ])('%s %s at %s', (provider, model, at, price) => {
    expect(ask(provider, model, { input_tokens: SHORT }, {}, at)).toBe(`${tenth(price)} priced`);
  });
});

/** The price of a million, for a tenth of it. */
function tenth(price: string): string {
  return formatMoney(attoFromInteger(parseMoney(price) / 10n));
}

test.each<[string, string, object, PricingContext, string]>([
  ['groq', 'whisper-large-v3', { seconds: 3 }, {}, '0.000308333333333333 priced'],
  ['groq', 'whisper-large-v3', { seconds: 3600 }, {}, '0.111 priced'],
  ['groq', 'openai/gpt-oss-safeguard-20b', { input_tokens: MILLION, output_tokens: MILLION }, {}, '0.375 priced'],
  ['openai', 'whisper-1', { seconds: 10 }, {}, '0.001 priced'],
  ['openai', 'tts-1', { input_characters: 1000 }, {}, '0.015 priced'],
  ['openai', 'dall-e-3', { images: 2 }, {}, '0.08 priced'],
  ['openai', 'dall-e-3', { images: 2 }, { variant: '1024x1792/hd' }, '0.08 partial context_unpriced:variant'],
  ['openai', 'sora-2', { seconds: 4 }, { variant: '720p' }, '0.4 priced'],
  ['openai', 'sora-2-pro', { seconds: 4 }, { variant: '1792x1024' }, '2 priced'],
  ['openai', 'sora-2-pro', { seconds: 4 }, {}, '- unpriced rate_missing:seconds'],
  ['google', 'veo-3.1-lite', { seconds: 4 }, { variant: '1080p' }, '0.32 priced'],
  ['cohere', 'rerank-v3.5', { search_units: 3 }, {}, '0.006 priced'],
  ['aws.bedrock', 'amazon.rerank-v1:0', { search_units: 3 }, {}, '0.003 priced'],
  ['mistral_ai', 'mistral-ocr-4-1', { pages: 3 }, {}, '0.012 priced'],
  ['azure', 'gpt-4o', { input_tokens: 0, sessions: 2 }, {}, '0.06 priced'],
  ['openai', 'gpt-6.2-sol', { input_tokens: SHORT }, {}, '0.2 priced'],
  [
    'openai',
    'gpt-6.2-sol',
    { input_tokens: SHORT, cache_read_tokens: SHORT },
    {},
    '0.2 partial rate_missing:cache_read_tokens',
  ],
  [
    'openai',
    'gpt-6.2-astra',
    { input_tokens: SHORT, cache_read_tokens: SHORT },
    {},
    '0.8 partial rate_missing:cache_read_tokens',
  ],
  ['openai', 'gpt-6.1-sol', { input_tokens: SHORT, cache_read_tokens: SHORT, output_tokens: SHORT }, {}, '1.01 priced'],
  ['openai', 'gpt-6.1-sol', { input_tokens: SHORT }, { service_tier: 'fast' }, '0.4 priced'],
  ['openai', 'gpt-6.1-terra', { input_tokens: SHORT }, {}, '0.1 priced'],
  ['openai', 'gpt-6.1-terra', { input_tokens: 272_000 }, {}, '0.272 priced'],
  ['openai', 'gpt-6.1-terra', { input_tokens: 272_001 }, {}, '0.272001 partial context_unpriced:prompt_tokens'],
  ['openai', 'gpt-4o-search-preview', { input_tokens: 1000 }, {}, '0.0275 priced'],
  ['openai', 'gpt-4o-mini-search-preview-2025-03-11', { input_tokens: 1000 }, {}, '0.02515 priced'],
  ['openai', 'container', { seconds: 90 }, {}, '0.0075 priced'],
  ['openai', 'container', { seconds: 301 }, {}, '0.009 priced'],
  ['openai', 'container', { seconds: 1200 }, { variant: '64g' }, '1.92 priced'],
  ['openai', 'container', { seconds: 600 }, { variant: '16g' }, '0.015 partial context_unpriced:variant'],
  ['openai', 'gpt-4o', { input_tokens: 1000, code_executions: 1 }, {}, '0.0025 partial rate_missing:code_executions'],
  ['x_ai', 'grok-4.7', { input_tokens: 199_999 }, {}, '0.399998 priced'],
  ['x_ai', 'grok-4.7', { input_tokens: 200_000 }, {}, '0.8 priced'],
  ['anthropic', 'claude-haiku-5-5', { input_tokens: 100_000 }, {}, '0.01 priced'],
  ['anthropic', 'claude-haiku-5-5', { input_tokens: 100_001 }, {}, '0.0500005 priced'],
  ['anthropic', 'claude-mythos-5-1', { input_tokens: SHORT, cache_read_tokens: SHORT }, {}, '0.025 priced'],
  ['google', 'veo-3.1', { seconds: 8 }, { variant: '4k' }, '4.8 priced'],
])('%s %s %o %o', (provider, model, meters, context, expected) => {
  expect(ask(provider, model, meters, context)).toBe(expected);
});

test('the profile of Bedrock is part of the price', () => {
  const name = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
  expect(
    ['us.', 'eu.', '', 'global.', 'us-gov.'].map((profile) =>
      ask('aws.bedrock', profile + name, { input_tokens: SHORT, output_tokens: SHORT }),
    ),
  ).toEqual(['1.98 priced', '1.98 priced', '1.98 priced', '1.8 priced', '2.16 priced']);
});

test('the cache of Sonnet 5.5 became cheaper on a day', () => {
  const read = { input_tokens: SHORT, cache_read_tokens: SHORT };
  expect(
    ['2026-10-06T23:59:59.999Z', '2026-10-07T00:00:00Z'].map((at) =>
      ask('anthropic', 'claude-sonnet-5-5', read, {}, at),
    ),
  ).toEqual(['0.02 priced', '0.01 priced']);
});

describe('a price that nobody states is said to be missing, never the standard one in silence', () => {
  test.each<[string, string, PricingContext, string]>([
    ['google', 'gemini-2.5-flash-image', { service_tier: 'priority' }, 'partial context_unpriced:service_tier'],
    ['aws.bedrock', 'amazon.nova-pro-v1:0', { service_tier: 'priority' }, 'partial context_unpriced:service_tier'],
    ['aws.bedrock', 'amazon.nova-pro-v1:0', { service_tier: 'flex' }, 'partial context_unpriced:service_tier'],
    ['aws.bedrock', 'us.anthropic.claude-opus-4-6-v1', { batch: true }, 'partial context_unpriced:batch'],
    ['azure', 'gpt-4o', { region: 'westeurope' }, 'partial context_unpriced:region'],
    ['openai', 'gpt-4o', { service_tier: 'scale' }, 'partial context_unpriced:service_tier'],
    ['anthropic', 'claude-opus-5', { service_tier: 'priority' }, 'partial context_unpriced:service_tier'],
  ])('%s %s %o', (provider, model, context, expected) => {
    expect(ask(provider, model, { input_tokens: 1000 }, context)).toMatch(new RegExp(`^[0-9.]+ ${expected}$`));
  });
});
