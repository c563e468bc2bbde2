import { type AttributeValue, normalise } from '@costspan/spans';
import { spanWith } from '@costspan/spans/testing';
import { attoFromInteger, COSTSPAN } from '@costspan/usage';
import { expect, test } from 'vitest';
import { costAttributes } from './cost-attributes.ts';
import type { CostInDollars } from './in-dollars.ts';
import { baseBook } from './index.ts';
import { priceCall } from './price-call.ts';

function attributesFor(
  over: Record<string, AttributeValue>,
  more: Partial<CostInDollars> = {},
): Record<string, string | number | boolean> {
  const span = spanWith({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.usage.input_tokens': 1000,
    'gen_ai.usage.output_tokens': 100,
    'gen_ai.usage.cache_read.input_tokens': 400,
    ...over,
  });
  const normalised = normalise(span);
  if (normalised.kind !== 'call') throw new Error('not a call');
  const cost = { ...priceCall(baseBook(), normalised.call, normalised.findings), ...more };
  return Object.fromEntries(
    costAttributes(normalised.call, cost, span.attributes).map(({ key, value }) => [key, value]),
  );
}

test('a priced span gets the exact total, doubles for charts, and where they come from', () => {
  expect(attributesFor({})).toEqual({
    'costspan.billable': true,
    'costspan.usage.status': 'reported',
    'costspan.outcome': 'ok',
    'costspan.cost.status': 'priced',
    'costspan.cost.card': 'openai/gpt-4o',
    'costspan.cost.version': expect.stringMatching(/^sha256:/),
    'costspan.cost.total': 0.003,
    'costspan.cost.total_exact': '0.003',
    'costspan.cost.currency': 'USD',
    'costspan.cost.input': 0.0015,
    'costspan.cost.cache_read': 0.0005,
    'costspan.cost.output': 0.001,
  });
});

test('an unpriced span gets the reason and no number', () => {
  const added = attributesFor({ 'gen_ai.request.model': 'no-such-model' });
  expect(added).toMatchObject({ 'costspan.cost.status': 'unpriced', 'costspan.cost.reason': expect.any(String) });
  expect(Object.keys(added)).not.toContain(COSTSPAN.costTotal);
  expect(Object.keys(added)).not.toContain(COSTSPAN.costTotalExact);
});

test('what the span says already is not said again', () => {
  const added = attributesFor({
    'costspan.billable': true,
    'costspan.outcome': 'truncated',
    'costspan.usage.status': 'reported',
  });
  expect(Object.keys(added)).not.toContain('costspan.outcome');
  expect(Object.keys(added)).toContain('costspan.cost.total_exact');
});

test('a span that carries a cost of ours passes unchanged', () => {
  expect(attributesFor({ 'costspan.cost.total_exact': '1' })).toEqual({});
  expect(attributesFor({ 'costspan.cost.status': 'unpriced' })).toEqual({});
});

test('no name begins with what Datadog drops', () => {
  for (const name of Object.keys(attributesFor({}))) expect(name).not.toMatch(/^(llm\.|_dd\.)/);
});

test('classes of a cost in another currency are left out: only its total is dollars', () => {
  const native = { currency: 'CNY', total: attoFromInteger(1n) };
  const added = Object.keys(attributesFor({}, { native }));
  expect(added).toContain(COSTSPAN.costTotalExact);
  expect(added).not.toContain(COSTSPAN.costInput);
});
