import fc from 'fast-check';
import { expect, test } from 'vitest';
import { divideHalfEven } from './divide-half-even.ts';

test.each([
  [1n, 2n, 0n],
  [3n, 2n, 2n],
  [5n, 2n, 2n],
  [-1n, 2n, 0n],
  [-3n, 2n, -2n],
  [-5n, 3n, -2n],
  [7n, 3n, 2n],
])('%s / %s is %s', (value, by, expected) => {
  expect(divideHalfEven(value, by)).toBe(expected);
});

test('it is never more than half away, and even where it is just that', () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.bigInt(1n, 10n ** 9n), (value, by) => {
      const whole = divideHalfEven(value, by);
      const twice = 2n * (value - whole * by);
      const away = twice < 0n ? -twice : twice;
      expect(away < by || (away === by && whole % 2n === 0n)).toBe(true);
    }),
  );
});
