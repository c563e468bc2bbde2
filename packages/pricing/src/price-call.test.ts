import { type AttributeValue, normalise } from '@costspan/spans';
import { spanWith } from '@costspan/spans/testing';
import { type Atto, formatMoney } from '@costspan/usage';
import { expect, test } from 'vitest';
import { baseBook, baseCards, compileBook, parseCardFile, parseFxFile } from './index.ts';
import { priceCall } from './price-call.ts';

const YUAN = {
  format: 'costspan.cards/1',
  layer: 'ours',
  cards: [
    {
      provider: 'acme',
      model: 'chat',
      currency: 'CNY',
      source: { url: 'https://example.com', read: '2026-11-20' },
      prices: [{ rates: { input_tokens: { price: '2', per: 1_000_000 }, output_tokens: { price: '0', per: 1 } } }],
    },
  ],
};
const CHAT = { 'gen_ai.provider.name': 'acme', 'gen_ai.request.model': 'chat' };

function yuanBook(rate?: string) {
  const source = { url: 'https://example.com', read: '2026-11-20' };
  const rates = [{ currency: 'CNY', from: '2025-01-01T00:00:00Z', rate, source }];
  const fx = rate === undefined ? undefined : parseFxFile({ format: 'costspan.fx/1', rates }, 'fx.json');
  return compileBook([baseCards(), parseCardFile(YUAN, 'yuan.json')], { fx });
}

function costFor(over: Record<string, AttributeValue>, book = baseBook()) {
  const normalised = normalise(
    spanWith({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 100,
      ...over,
    }),
  );
  if (normalised.kind !== 'call') throw new Error('not a call');
  return priceCall(book, normalised.call, normalised.findings);
}

test('a call with sound counts is priced', () => {
  expect(costFor({})).toMatchObject({ status: 'priced', total: 3_500_000_000_000_000n });
});

test.each<[string, Record<string, AttributeValue>, string]>([
  ['a negative count', { 'gen_ai.usage.input_tokens': -1 }, 'count_invalid:input_tokens'],
  ['a word for a count', { 'gen_ai.usage.output_tokens': 'many' }, 'count_invalid:output_tokens'],
  ['half a token', { 'gen_ai.usage.cache_read.input_tokens': 0.5 }, 'count_invalid:cache_read_tokens'],
])('%s leaves the call without a total, and the reason names the meter', (_, over, reason) => {
  expect(costFor(over)).toEqual({ status: 'usage_missing', total: undefined, currency: 'USD', lines: [], reason });
});

test('a model nobody knows is unpriced, not free', () => {
  expect(costFor({ 'gen_ai.request.model': 'no-such-model' })).toMatchObject({ status: 'unpriced', total: undefined });
});

test('a meter this collector does not know makes the cost partial', () => {
  const ours = { 'costspan.usage.status': 'reported', 'costspan.meter.holograms': 1 };
  expect(costFor(ours)).toMatchObject({
    status: 'partial',
    reason: 'meter_unknown:holograms',
    total: expect.any(BigInt),
  });
  expect(costFor({ ...ours, 'costspan.meter.Bad Name!': 1, 'costspan.meter.holograms': -1 }).reason).toBe(
    'meter_unknown:holograms',
  );
  expect(costFor({ 'costspan.usage.status': 'reported', 'costspan.meter.Bad Name!': 1 }).reason).toBe('meter_unknown');
});

test('a cost that the provider reported stands, whatever the counts are', () => {
  const cost = costFor({
    'gen_ai.request.model': 'no-such-model',
    'gen_ai.usage.cost': 0.02,
    'gen_ai.usage.input_tokens': -1,
  });
  expect(cost).toMatchObject({ status: 'provider_reported', total: 20_000_000_000_000_000n });
});

test.each([
  ['global.anthropic.claude-sonnet-4-5-20250929-v1:0', '0.003'],
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', '0.0033'],
])('a Bedrock call through %s has the price of its profile, whatever the answer calls the model', (model, input) => {
  const cost = costFor({
    'gen_ai.provider.name': 'aws.bedrock',
    'gen_ai.request.model': model,
    'gen_ai.response.model': 'claude-sonnet-4-5-20250929',
  });
  expect(formatMoney(cost.lines[0]?.amount as Atto)).toBe(input);
});

test('a deployment is priced as the model that card files say it stands for', () => {
  const layer = {
    format: 'costspan.cards/1',
    layer: 'azure',
    deployments: [{ provider: 'azure', deployment: 'our-chat', model: 'gpt-4o' }],
  };
  const book = compileBook([baseCards(), parseCardFile(layer, 'azure.json')]);
  const call = { 'gen_ai.provider.name': 'azure.ai.openai', 'gen_ai.request.model': 'our-chat' };
  expect(costFor(call)).toMatchObject({ status: 'unpriced', reason: 'model_unknown' });
  expect(costFor(call, book)).toMatchObject({ status: 'priced', card: { model: 'gpt-4o' } });
});

test('a customer pays its own resale price, and another one that of everybody', () => {
  const fees = { requests: { price: '0.001', per: 1 } };
  const layer = {
    format: 'costspan.cards/1',
    layer: 'shop',
    kind: 'resale',
    adjustments: [{ name: 'per call', provider: 'openai', customers: ['globex'], fees }],
  };
  const book = compileBook([baseCards(), parseCardFile(layer, 'shop.json')]);
  const resaleFor = (customer: string) =>
    formatMoney(costFor({ 'costspan.tag.customer_id': customer }, book).resale as Atto);
  expect([resaleFor('globex'), resaleFor('acme')]).toEqual(['0.0045', '0.0035']);
});

test('a cost in another currency is booked in dollars, and the native amount stays beside it', () => {
  const cost = costFor(CHAT, yuanBook('0.1405'));
  expect(cost).toMatchObject({
    status: 'priced',
    currency: 'USD',
    total: 281_000_000_000_000n,
    native: {
      currency: 'CNY',
      total: 2_000_000_000_000_000n,
      fxRate: '0.1405',
      fxFromUs: Date.UTC(2025, 0, 1) * 1000,
    },
  });
  expect(cost.lines.map(({ amount }) => amount)).toEqual([2_000_000_000_000_000n, 0n]);
});

test('without a rate of exchange a call is unpriced, says which currency, and keeps its native amount', () => {
  const cost = costFor(CHAT, yuanBook());
  expect(cost).toMatchObject({
    status: 'unpriced',
    reason: 'fx_missing:CNY',
    currency: 'USD',
    card: { model: 'chat' },
  });
  expect(cost).toMatchObject({ total: undefined, native: { currency: 'CNY', total: 2_000_000_000_000_000n } });
  expect(cost.native).not.toHaveProperty('fxRate');
});

test('what a card in another currency says beside a reported cost is in dollars, or unknown', () => {
  const reported = { ...CHAT, 'gen_ai.usage.cost': 0.02 };
  expect(costFor(reported, yuanBook('0.1405'))).toMatchObject({
    status: 'provider_reported',
    total: 20_000_000_000_000_000n,
    computed: { currency: 'USD', total: 281_000_000_000_000n },
  });
  expect(costFor(reported, yuanBook()).computed).toMatchObject({ currency: 'USD', total: undefined });
});
