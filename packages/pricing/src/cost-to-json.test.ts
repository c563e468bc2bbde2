import { parseMoney } from '@costspan/usage';
import { expect, test } from 'vitest';
import type { Cost } from './cost.ts';
import { costByClass } from './cost-by-class.ts';
import { costToJson } from './cost-to-json.ts';

const cost: Cost = {
  status: 'priced',
  total: parseMoney('0.0106741'),
  currency: 'USD',
  lines: [
    { meter: 'input_tokens', quantity: 3, rate: '1', per: 1_000_000, amount: parseMoney('0.000003') },
    { meter: 'cache_read_tokens', quantity: 9511, rate: '0.1', per: 1_000_000, amount: parseMoney('0.0009511') },
    { meter: 'cache_write_1h_tokens', quantity: 10, rate: '2', per: 1_000_000, amount: parseMoney('0.00002') },
    { meter: 'output_reasoning_tokens', quantity: 7, rate: '100', per: 1_000_000, amount: parseMoney('0.0007') },
    { meter: 'web_searches', quantity: 1, rate: '9', per: 1000, amount: parseMoney('0.009') },
  ],
  card: { provider: 'openai', model: 'm', layer: 'base', version: 'sha256:0' },
  match: 'alias',
};

test('amounts leave as plain decimal texts and nothing else changes', () => {
  expect(costToJson(cost, 'a')).toEqual({
    id: 'a',
    status: 'priced',
    total: '0.0106741',
    currency: 'USD',
    lines: [
      { meter: 'input_tokens', quantity: 3, rate: '1', per: 1_000_000, amount: '0.000003' },
      { meter: 'cache_read_tokens', quantity: 9511, rate: '0.1', per: 1_000_000, amount: '0.0009511' },
      { meter: 'cache_write_1h_tokens', quantity: 10, rate: '2', per: 1_000_000, amount: '0.00002' },
      { meter: 'output_reasoning_tokens', quantity: 7, rate: '100', per: 1_000_000, amount: '0.0007' },
      { meter: 'web_searches', quantity: 1, rate: '9', per: 1000, amount: '0.009' },
    ],
    card: { provider: 'openai', model: 'm', layer: 'base', version: 'sha256:0' },
    match: 'alias',
  });
});

test('what is not known is null, never zero', () => {
  const unknown: Cost = { status: 'unpriced', total: undefined, currency: 'USD', lines: [], reason: 'model_unknown' };
  expect(costToJson(unknown)).toEqual({
    id: null,
    status: 'unpriced',
    total: null,
    currency: 'USD',
    lines: [],
    card: null,
    match: null,
    reason: 'model_unknown',
  });
});

test('the five classes hold every line once', () => {
  expect(costByClass(cost.lines)).toEqual({
    input: parseMoney('0.000003'),
    cache_read: parseMoney('0.0009511'),
    cache_write: parseMoney('0.00002'),
    output: parseMoney('0.0007'),
    other: parseMoney('0.009'),
  });
});
