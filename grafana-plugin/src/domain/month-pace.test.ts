import { expect, test } from 'vitest';
import { monthPace } from './month-pace.ts';

const DAY_MS = 86_400_000;
const november = { startMs: 0, endMs: 30 * DAY_MS, days: 30 };

test('a month goes on at the pace it has had', () => {
  const pace = monthPace(['1', '0.5', '1.5'], ['2', '2'], november, 3 * DAY_MS);
  expect(pace).toEqual({ soFar: ['1', '1.5', '3'], before: ['2', '4'], days: 30, projected: '30' });
});

test('the first tenth of a month says nothing about the rest', () => {
  expect(monthPace(['1', '1', '1'], [], november, 3 * DAY_MS - 1).projected).toBeNull();
});

test('a month without spend is projected to none', () => {
  expect(monthPace([], [], november, 10 * DAY_MS).projected).toBe('0');
});
