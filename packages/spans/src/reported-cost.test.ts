import { parseMoney } from '@costspan/usage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainAmount, reportedCostOf } from './reported-cost.ts';
import type { AttributeValue } from './span.ts';
import { attributeValue, spanWith } from './testing/dialect.contract.ts';

test.each<[Record<string, AttributeValue>, unknown]>([
  [
    { 'gen_ai.usage.cost.amount': 0.5, 'gen_ai.usage.cost.currency': 'EUR' },
    { amount: '0.5', currency: 'EUR' },
  ],
  [{ 'gen_ai.usage.cost.amount': 0.5 }, { amount: '0.5', currency: 'USD' }],
  [
    { 'gen_ai.usage.cost.amount': 0.5, 'gen_ai.usage.cost.source': 'provider' },
    { amount: '0.5', currency: 'USD' },
  ],
  [{ 'gen_ai.usage.cost.amount': 0.5, 'gen_ai.usage.cost.source': 'local' }, undefined],
  [{ 'gen_ai.usage.cost': 0.25 }, { amount: '0.25', currency: 'USD' }],
  [{ 'llm.cost.total': '0.125' }, { amount: '0.125', currency: 'USD' }],
  [{ 'operation.cost': 1e-7 }, { amount: '0.0000001', currency: 'USD' }],
  [
    { 'gen_ai.usage.cost.amount': 1, 'gen_ai.usage.cost': 2, 'llm.cost.total': 3 },
    { amount: '1', currency: 'USD' },
  ],
  [
    { 'gen_ai.usage.cost': -1, 'llm.cost.total': 3, 'operation.cost': 4 },
    { amount: '3', currency: 'USD' },
  ],
  [{ 'gen_ai.usage.cost.amount': 1, 'gen_ai.usage.cost.currency': 'dollars' }, undefined],
  [{ 'gen_ai.usage.cost': Number.NaN }, undefined],
  [{}, undefined],
])('%o reports %o', (attributes, expected) => {
  expect(reportedCostOf(spanWith(attributes))).toEqual(expected);
});

test.each<[AttributeValue, string | undefined]>([
  [0, '0'],
  [123, '123'],
  [0.1, '0.1'],
  [0.1 + 0.2, '0.30000000000000004'],
  [1.2345678901234568e-5, '0.000012345678901235'],
  [4.9e-19, '0'],
  [5e-19, '0.000000000000000001'],
  [5e-324, '0'],
  [1e9, '1000000000'],
  [1.1e9, undefined],
  [1e300, undefined],
  ['1e-3', '0.001'],
  ['0.0106741', '0.0106741'],
  ['-1', undefined],
  ['USD 1', undefined],
  ['', undefined],
  [true, undefined],
  [null, undefined],
])('the amount %s is written %s', (value, expected) => {
  expect(plainAmount(value)).toBe(expected);
});

test('an amount is always one that money can hold, and the nearest to what was there', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (value) => {
      const text = plainAmount(value) ?? 'none';
      parseMoney(text);
      expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(1e-18);
    }),
  );
});

test('no value of any kind makes it throw', () => {
  fc.assert(
    fc.property(attributeValue, (value) => {
      const amount = plainAmount(value);
      if (amount !== undefined) parseMoney(amount);
    }),
  );
});
