import { expect, test } from 'vitest';
import { baseBook } from './base-book.ts';
import { CARDS_FORMAT, MODEL_LENGTH_MAX } from './card.ts';
import { compileBook } from './compile-book.ts';
import { NAME_RULES } from './normalise-model.ts';
import { parseCardFile } from './parse-card-file.ts';

function resolve(provider: string, model: string): string | undefined {
  const found = baseBook().provider(provider)?.resolve(model);
  return found && `${found.match} ${found.card.card.model}`;
}

test.each([
  ['openai', 'gpt-4o', 'exact gpt-4o'],
  ['openai', 'gpt-4o-2024-08-06', 'alias gpt-4o'],
  ['openai', 'GPT-4o', 'normalised gpt-4o'],
  ['openai', 'openai/gpt-4o', 'normalised gpt-4o'],
  ['openai', 'gpt-5.1-2025-11-13', 'alias gpt-5.1'],
  ['openai', 'gpt-6-sol-2026-10-01', 'normalised gpt-6-sol'],
  ['openai', 'gpt-6-sol-20261001', 'normalised gpt-6-sol'],
  ['openai', 'gpt-5.6-luna-0315', 'normalised gpt-5.6-luna'],
  ['openai', 'gpt-4.1-mini-latest', 'normalised gpt-4.1-mini'],
  ['anthropic', 'claude-opus-5-20260915', 'normalised claude-opus-5'],
  ['anthropic', 'anthropic/claude-opus-5-5', 'normalised claude-opus-5-5'],
  ['azure.ai.openai', 'azure/gpt-4o-2024-08-06', 'normalised gpt-4o'],
  ['gcp.gemini', 'models/gemini-2.5-flash', 'normalised gemini-2.5-flash'],
  ['gcp.vertex_ai', 'publishers/google/models/gemini-2.5-pro', 'normalised gemini-2.5-pro'],
  [
    'gcp.vertex_ai',
    'projects/acme/locations/global/publishers/anthropic/models/claude-opus-4-6@20260205',
    'normalised claude-opus-4-6',
  ],
  ['gcp.vertex_ai', 'claude-haiku-4-5@20251001', 'normalised claude-haiku-4-5'],
  [
    'aws.bedrock',
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'normalised regional.anthropic.claude-sonnet-4-5-20250929-v1:0',
  ],
  [
    'aws.bedrock',
    'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'exact global.anthropic.claude-sonnet-4-5-20250929-v1:0',
  ],
  ['groq', 'meta-llama/Llama-4-Scout-17B-16E-Instruct', 'normalised meta-llama/llama-4-scout-17b-16e-instruct'],
])('%s %s is %s', (provider, model, expected) => {
  expect(resolve(provider, model)).toBe(expected);
});

const nearMisses: readonly (readonly [string, string])[] = [
  ['openai', 'gpt-4o-2'],
  ['openai', 'gpt-4oo'],
  ['openai', 'gpt-4o-2024-13-06'],
  ['openai', 'gpt-4o-2024-08-32'],
  ['openai', 'gpt-4o-2507'],
  ['openai', 'gpt-4o-9999'],
  ['openai', 'gpt-4o-2024-0806'],
  ['openai', 'gpt-4o-turbo'],
  ['openai', 'gpt'],
  ['openai', 'gpt-5.7'],
  ['openai', 'anthropic/claude-opus-5'],
  ['openai', 'gpt-4o-v1:0'],
  ['openai', ' gpt-4o'],
  ['openai', 'gpt-4o '],
  ['openai', '-2024-08-06'],
  ['openai', 'constructor'],
  ['openai', '__proto__'],
  ['anthropic', 'claude-opus-5-6'],
  ['anthropic', 'claude-opus'],
  ['anthropic', 'openai/gpt-4o'],
  ['aws.bedrock', 'ca.anthropic.claude-sonnet-4-5-20250929-v1:0'],
  ['aws.bedrock', 'anthropic.claude-sonnet-4-5-20250929-v2:0'],
  ['aws.bedrock', 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456'],
  ['aws.bedrock', 'arn:aws:sagemaker:us-east-1:1:endpoint/deepseek.r1-v1:0'],
  ['gcp.vertex_ai', 'projects/acme/locations/europe-west1/publishers/google/models/gemini-2.5-pro'],
  ['fireworks', 'accounts/acme/models/gpt-oss-120b'],
  ['openrouter', 'qwen/qwen3-32b:unheard-of'],
];

test.each(nearMisses)('at %s, "%s" is not a model we price', (provider, model) => {
  expect(resolve(provider, model)).toBeUndefined();
});

test('the geography of a Bedrock profile is part of the price', () => {
  const input = (model: string): string | undefined =>
    baseBook().provider('aws.bedrock')?.resolve(model)?.card.periods[0]?.prices.plain.ladder.plan.charges[0]?.rate;
  const base = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
  expect(['us.', 'eu.', '', 'global.'].map((profile) => input(profile + base))).toEqual(['3.3', '3.3', '3.3', '3']);
});

test.each([
  ['ft:gpt-4o-2024-08-06:acme::a1b2c3', 'normalised ft:gpt-4o'],
  ['ft:gpt-4o-mini-2024-07-18:acme:support:a1b2c3', 'normalised ft:gpt-4o-mini'],
  ['ft:gpt-3.5-turbo-0125:acme::a1b2c3', 'normalised ft:gpt-3.5-turbo-'],
  ['ft:gpt-4o-2099-01-01:acme::x', undefined],
  ['ft:gpt-4.1-2025-04-14:acme::a1b2c3', undefined],
  ['ft:gpt-5', undefined],
  ['ft:', undefined],
  ['gpt-4o-mini-2024-07-18.ft-a1b2c3', 'normalised gpt-4o-mini-2024-07-18.ft-'],
  ['gpt-4o-2024-08-06.ft-a1b2c3', undefined],
])('the fine-tune %s is %s, never its base model', (model, expected) => {
  expect(resolve('openai', model)).toBe(expected);
});

test('a fine-tune with a card of its own has its own price', () => {
  const card = (model: string): object => ({
    provider: 'openai',
    model,
    currency: 'USD',
    source: { url: 'https://example.com' },
    prices: [{ rates: { input_tokens: { price: '9', per: 1_000_000 } } }],
  });
  const own = 'ft:gpt-4.1-2025-04-14:acme::a1b2c3';
  const cards = { format: CARDS_FORMAT, cards: [card('gpt-4.1'), card('ft:gpt-4.1-2025-04-14'), card(own)] };
  const provider = compileBook([parseCardFile(cards, 'cards.json')]).provider('openai');
  expect(provider?.resolve(own)?.card.card.model).toBe(own);
  expect(provider?.resolve('ft:gpt-4.1-2025-04-14:other::z9')?.card.card.model).toBe('ft:gpt-4.1-2025-04-14');
});

test('a rule takes one thing away and then has nothing more to take', () => {
  const names = [
    'arn:aws:bedrock:us-east-1::foundation-model/deepseek.r1-v1:0',
    'models/gemini-2.5-pro-latest',
    'openai/gpt-4o-2024-08-06',
    'gpt-4o-0806',
    'deepseek.r1-v1:0',
  ];
  const context = { provider: 'aws', isSameProvider: (name: string) => name === 'openai' };
  for (const { apply } of NAME_RULES) {
    for (const name of names) expect(apply(apply(name, context), context)).toBe(apply(name, context));
  }
});

test('a name of unheard-of length is unknown and is not remembered', () => {
  const provider = baseBook().provider('openai');
  const before = provider?.remembered.size;
  expect(provider?.resolve('x'.repeat(MODEL_LENGTH_MAX + 1))).toBeUndefined();
  expect(provider?.remembered.size).toBe(before);
});

test('unknown names are remembered up to a bound, and reaching it is counted', () => {
  const provider = compileBook([
    parseCardFile(
      {
        format: CARDS_FORMAT,
        cards: [{ provider: 'acme', model: 'm', currency: 'USD', source: { url: 'https://example.com' }, prices: [] }],
      },
      'cards.json',
    ),
  ]).provider('acme');
  for (let index = 0; index < 10_000; index += 1) provider?.resolve(`unheard-of-${index}`);
  expect(provider?.remembered.size).toBeLessThanOrEqual(2048);
  expect(provider?.remembered.turnovers).toBeGreaterThan(0);
});
