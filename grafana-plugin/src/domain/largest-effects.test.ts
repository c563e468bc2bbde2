import fc from 'fast-check';
import { expect, test } from 'vitest';
import { largestEffects } from './largest-effects.ts';
import { decimalOf, sumOf } from './money.ts';

test('the largest stay in their order, and the rest is one', () => {
  const effects = [
    { driver: 'a', amount: '0.1' },
    { driver: 'b', amount: '-9' },
    { driver: 'c', amount: '0.2' },
    { driver: 'd', amount: '3' },
  ];
  expect(largestEffects(effects, 3)).toEqual([
    { driver: 'b', amount: '-9' },
    { driver: 'd', amount: '3' },
    { driver: null, amount: '0.3' },
  ]);
  expect(largestEffects(effects, 4)).toBe(effects);
});

test('what is shown adds up to the whole', () => {
  const amounts = fc.array(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(decimalOf), { maxLength: 9 });
  fc.assert(
    fc.property(amounts, fc.integer({ min: 1, max: 9 }), (all, limit) => {
      const shown = largestEffects(
        all.map((amount, driver) => ({ driver, amount })),
        limit,
      );
      expect(sumOf(shown.map(({ amount }) => amount))).toBe(sumOf(all));
      expect(shown.length).toBeLessThanOrEqual(Math.max(limit, all.length <= limit ? all.length : 0));
    }),
  );
});
