import { expect, test } from 'vitest';
import { countsAll, monthBudget } from './month-budget.ts';

const budget = (over: object) => ({
  unit: 'cost',
  per: 'month',
  bucket: { customer_id: 'acme' } as Record<string, string>,
  limit: '4',
  used: '1',
  ...over,
});

test('the month of a customer is held by its lowest monthly limit of cost', () => {
  const lowest = budget({ limit: '3.5' });
  expect(monthBudget([budget({}), lowest, budget({ limit: '10' })])).toBe(lowest);
});

test.each([
  ['counts tokens', budget({ unit: 'tokens' })],
  ['is of a day', budget({ per: 'day' })],
  ['is kept for each model of a customer', budget({ bucket: { customer_id: 'acme', model: 'm' } })],
  ['is kept for everybody', budget({ bucket: {} })],
])('a budget that %s does not hold it', (_, other) => {
  expect(monthBudget([other])).toBeUndefined();
});

test.each([
  ['1', '1', true],
  ['0.98', '1', true],
  ['0.979999999999999999', '1', false],
  ['1.2', '1', true],
  ['0', '0', true],
])('of %s used where %s was spent, it counts all: %s', (used, spent, all) => {
  expect(countsAll({ used }, spent)).toBe(all);
});
