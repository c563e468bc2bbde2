import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatMoney, type parseMoney } from '../money.ts';
import { CountReader } from './count-reader.ts';
import { reportedCost, reportedTicks } from './reported-cost.ts';

const amountOf = (...values: unknown[]) =>
  reportedCost(new CountReader(), ...values.map((value) => ['cost', value] as const)).reported_cost?.amount;

test.each([
  [0.00183, '0.00183'],
  [0, '0'],
  [4.62e-6, '0.00000462'],
  [1e-7, '0.0000001'],
  [12, '12'],
  ['0.0093', '0.0093'],
  ['1.5e-3', '0.0015'],
  // Digits past the 18th place are binary noise.
  [0.000041400000000000003, '0.0000414'],
  [0.0000000000000000005, '0'],
  [0.0000000000000000015, '0.000000000000000002'],
])('%s is %s dollars', (value, amount) => {
  expect(amountOf(value)).toBe(amount);
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 1e300, 'free', '', {}, true, '1'.repeat(50)])(
  '%s is no amount, and that is said',
  (value) => {
    const read = new CountReader();
    expect(reportedCost(read, ['usage.cost', value])).toEqual({});
    expect(read.findings).toMatchObject([{ at: 'usage.cost', code: 'COST_INVALID' }]);
  },
);

test('a sum with an absent part is no sum', () => {
  expect(amountOf(0.1, undefined)).toBeUndefined();
  expect(amountOf(0.1, 0.2)).toBe('0.3');
});

test('a tick is 10⁻¹⁰ dollars', () => {
  expect(reportedTicks(200_000_000)).toEqual({ reported_cost: { amount: '0.02', currency: 'USD' } });
  expect(reportedTicks(undefined)).toEqual({});
});

test('what money formats is read back as the same amount', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), (atto) => {
      const text = formatMoney(atto as ReturnType<typeof parseMoney>);
      expect(amountOf(text)).toBe(text);
    }),
  );
});
