import { expect, test } from 'vitest';
import { highest, stack } from './stack.ts';

const series = [
  { key: 'a', label: 'a', values: [1, null, 3] },
  { key: 'b', label: 'b', values: [2, 5, 0] },
];

test('each series stands on the one before it, and a gap takes no room', () => {
  expect(stack(series, 3)).toEqual([
    [
      { from: 0, to: 1 },
      { from: 0, to: 0 },
      { from: 0, to: 3 },
    ],
    [
      { from: 1, to: 3 },
      { from: 0, to: 5 },
      { from: 3, to: 3 },
    ],
  ]);
});

test('the highest stack decides the axis', () => {
  expect(highest(stack(series, 3))).toBe(5);
  expect(highest([])).toBe(0);
});
