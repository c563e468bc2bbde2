import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isDay, parseInstant, parseTime } from './instant.ts';

test('an instant is the same moment as the calendar of the runtime says', () => {
  const dates = fc.date({ min: new Date('1900-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(dates, (date) => {
      expect(parseInstant(date.toISOString())).toBe(date.getTime() * 1000);
      expect(isDay(date.toISOString().slice(0, 10))).toBe(true);
    }),
  );
});

test.each([
  ['2026-08-17T00:00:00+08:00', '2026-08-16T16:00:00Z'],
  ['2026-03-13T00:00Z', '2026-03-13T00:00:00Z'],
  ['2024-02-29T23:59:59-05:30', '2024-03-01T05:29:59Z'],
])('%s is %s', (text, utc) => {
  expect(parseInstant(text)).toBe(Date.parse(utc) * 1000);
});

test('a fraction of a second is kept to the microsecond', () => {
  expect(parseInstant('1970-01-01T00:00:00.000001Z')).toBe(1);
  expect(parseInstant('1970-01-01T00:00:00.5Z')).toBe(500_000);
});

test.each([
  '2026-03-13',
  '2026-03-13T00:00:00',
  '2026-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-04-31T00:00:00Z',
  '2026-03-13T24:00:00Z',
  '2026-03-13T00:60:00Z',
  '2026-03-13T00:00:61Z',
  '2026-03-13T00:00:00+99:00',
  '2026-3-13T00:00:00Z',
  '',
])('"%s" is not an instant', (text) => {
  expect(parseInstant(text)).toBeUndefined();
});

test('a time of day goes from 00:00 to 24:00', () => {
  expect(['00:00', '16:30', '24:00'].map(parseTime)).toEqual([0, 990, 1440]);
  expect(['24:01', '25:00', '12:60', '1:00', 'noon'].map(parseTime)).toEqual(new Array(5).fill(undefined));
});
