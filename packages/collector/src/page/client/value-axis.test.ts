import fc from 'fast-check';
import { expect, test } from 'vitest';
import { labelStep, valueAxis } from './value-axis.ts';

test.each([
  [44.6, [0, 10, 20, 30, 40, 50]],
  [1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [0.3, [0, 0.1, 0.2, 0.3]],
  [7, [0, 2, 4, 6, 8]],
])('%d gets round ticks', (largest, ticks) => {
  expect(valueAxis(largest).ticks).toEqual(ticks);
});

test.each([0, -1, Number.NaN])('nothing to show (%d) still has an axis', (largest) => {
  expect(valueAxis(largest)).toEqual({ max: 1, ticks: [0, 1] });
});

test('the axis holds the largest value and wastes less than half of the height', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1e15, noNaN: true }), (largest) => {
      const axis = valueAxis(largest);
      return axis.max >= largest * 0.999999999 && axis.max < largest * 2 && axis.ticks.length <= 8;
    }),
  );
});

test('labels never come nearer than the gap', () => {
  expect(labelStep(168, 1000, 80)).toBe(14);
  expect(labelStep(7, 1000, 80)).toBe(1);
});
