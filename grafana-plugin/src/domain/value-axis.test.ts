import fc from 'fast-check';
import { expect, test } from 'vitest';
import { valueAxis } from './value-axis.ts';

test.each([
  [9.3, [0, 2.5, 5, 7.5, 10]],
  [0.0007, [0, 0.0002, 0.0004, 0.0006, 0.0008]],
  [4, [0, 1, 2, 3, 4]],
  [0, [0, 1]],
  [Number.NaN, [0, 1]],
])('an axis up to %s', (max, ticks) => {
  expect(valueAxis(max)).toEqual(ticks);
});

test('an axis starts at 0, covers its maximum and has few steps', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e12, noNaN: true }), (max) => {
      const ticks = valueAxis(max);
      expect(ticks[0]).toBe(0);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(max * (1 - 1e-6));
      expect(ticks.length).toBeLessThanOrEqual(5);
    }),
  );
});
