import { expect, test } from 'vitest';
import { placeLabels } from './place-labels.ts';

const bounds = { left: 0, right: 400 };

test('a name stands at the right of its point, and at the left where the edge is near', () => {
  const points = [
    { text: 'first', x: 100, y: 50, radius: 6 },
    { text: 'second', x: 390, y: 50, radius: 6 },
  ];
  expect(placeLabels(points, bounds)).toEqual([
    { text: 'first', x: 110, y: 50, anchor: 'start' },
    { text: 'second', x: 380, y: 50, anchor: 'end' },
  ]);
});

test('a name that would cover another is left out', () => {
  const points = ['one', 'two', 'three', 'four', 'five'].map((text, index) => ({
    text,
    x: 100 + index,
    y: 50,
    radius: 6,
  }));
  expect(placeLabels(points, bounds).map(({ text }) => text)).toEqual(['one', 'two']);
  const apart = points.map((point, index) => ({ ...point, y: 50 + 20 * index }));
  expect(placeLabels(apart, bounds)).toHaveLength(5);
});

test('a point with others at both sides is named above', () => {
  const points = [100, 140, 60].map((x) => ({ text: `at ${x}`, x, y: 50, radius: 20 }));
  expect(placeLabels(points, bounds)[0]).toEqual({ text: 'at 100', x: 100, y: 22.5, anchor: 'middle' });
});
