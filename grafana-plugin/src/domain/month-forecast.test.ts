import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attoOf } from './money.ts';
import { monthForecast } from './month-forecast.ts';

const DAY_MS = 86_400_000;
const month = (daysPassed: number) => ({ startMs: 0, endMs: 30 * DAY_MS, days: 30, nowMs: daysPassed * DAY_MS });
const days = (count: number, cost: string) => Array.from({ length: count }, () => cost);

test('days that cost the same go on doing so, with no range to speak of', () => {
  const forecast = monthForecast([...days(31, '2'), ...days(9, '2'), '1'], 10, month(9.5));
  expect(forecast).toMatchObject({ projected: '60', range: { low: '60', high: '60' }, method: 'weekday' });
  expect(forecast.soFar.at(-1)).toBe('19');
});

test('weekends are not expected to cost what weekdays do', () => {
  // Seven days of which two cost nothing, five whole weeks of them, then the first day of a week that has just begun.
  const week = ['0', '0', '7', '7', '7', '7', '7'];
  const costs = ['7', ...week, ...week, ...week, ...week, ...week, '0'];
  const { projected, range } = monthForecast(costs, 1, { ...month(0), endMs: 8 * DAY_MS, days: 8 });
  expect(projected).toBe('35');
  expect(range).toEqual({ low: '35', high: '35' });
});

test('who has been there for less than four weeks goes on evenly, and without a range', () => {
  const forecast = monthForecast([...days(20, '0'), '1', '1', '1'], 3, month(3));
  expect(forecast).toEqual({ soFar: ['1', '2', '3'], projected: '30', range: null, method: 'even' });
});

test('the first tenth of a month says nothing about the rest of it by itself', () => {
  expect(monthForecast(['1', '1', '1'], 3, month(2.99))).toMatchObject({ projected: null, method: 'none' });
});

test('a month without spend is projected to none', () => {
  expect(monthForecast(days(40, '0'), 10, month(10)).projected).toBe('0');
});

test('the range holds the projection, and never less than what is spent', () => {
  const cost = fc.bigInt(0n, 10n ** 8n).map(String);
  fc.assert(
    fc.property(fc.array(cost, { minLength: 32, maxLength: 60 }), fc.integer({ min: 1, max: 30 }), (costs, today) => {
      const { soFar, projected, range } = monthForecast(costs, today, month(today - 0.5));
      if (projected === null || range === null) return;
      expect(attoOf(range.low)).toBeLessThanOrEqual(attoOf(projected));
      expect(attoOf(range.high)).toBeGreaterThanOrEqual(attoOf(projected));
      expect(attoOf(range.low)).toBeGreaterThanOrEqual(attoOf(soFar.at(-1) ?? '0'));
    }),
  );
});
