import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RANGES } from './page-state.ts';
import { bucketStarts, startOf, timeWindow, windowBefore } from './time-window.ts';

// A zone with daylight saving: clocks went back on 25 October 2026 and go forward on 28 March 2027.
const zoneBefore = process.env['TZ'];
beforeAll(() => {
  process.env['TZ'] = 'Europe/Berlin';
});
afterAll(() => {
  if (zoneBefore === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zoneBefore;
});

const NOW_MS = Date.parse('2026-11-23T14:25:30.500Z');
const iso = (ms: number | undefined) => new Date(ms ?? Number.NaN).toISOString();

describe('windows', () => {
  test.each([
    ['1h', 'minute', 61],
    ['24h', 'hour', 25],
    ['7d', 'hour', 169],
    ['30d', 'day', 31],
  ] as const)('%s has whole buckets of a %s, %i of them, and holds now', (range, grain, count) => {
    const window = timeWindow(range, NOW_MS, NOW_MS);
    const starts = bucketStarts(window, window.grain);
    expect(window.grain).toBe(grain);
    expect(starts).toHaveLength(count);
    expect(starts[0]).toBe(window.fromMs);
    expect(starts.at(-1)).toBeLessThanOrEqual(NOW_MS);
    expect(window.toMs).toBeGreaterThan(NOW_MS);
  });

  test.each([
    ['2026-11-23T14:00:00Z', 'minute'],
    ['2026-11-21T00:00:00Z', 'hour'],
    ['2026-10-01T00:00:00Z', 'day'],
    ['2025-12-01T00:00:00Z', 'week'],
    ['2020-01-01T00:00:00Z', 'month'],
  ])('all since %s has bars of a %s', (earliest, grain) => {
    const window = timeWindow('all', NOW_MS, Date.parse(earliest));
    expect(window.grain).toBe(grain);
    expect(window.fromMs).toBeLessThanOrEqual(Date.parse(earliest));
  });

  test('the time before a range has its length and ends where it began', () => {
    const before = windowBefore('7d', NOW_MS)!;
    expect(before.toMs - before.fromMs).toBe(7 * 86_400_000);
    expect(before.toMs).toBe(NOW_MS - 7 * 86_400_000);
    expect(windowBefore('all', NOW_MS)).toBeUndefined();
  });
});

describe('buckets in local time', () => {
  test('a day of 25 hours is one day', () => {
    const starts = bucketStarts(
      { fromMs: Date.parse('2026-10-23T22:00:00Z'), toMs: Date.parse('2026-10-27T00:00:00Z') },
      'day',
    );
    expect(starts.map(iso)).toEqual([
      '2026-10-23T22:00:00.000Z',
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
      '2026-10-26T23:00:00.000Z',
    ]);
  });

  test('the hour that the clock shows twice is two hours, the one it skips is none', () => {
    const hours = (from: string, to: string) =>
      bucketStarts({ fromMs: Date.parse(from), toMs: Date.parse(to) }, 'hour').map(iso);
    expect(hours('2026-10-24T23:00:00Z', '2026-10-25T03:00:00Z')).toHaveLength(4);
    expect(hours('2027-03-28T00:00:00Z', '2027-03-28T03:00:00Z')).toHaveLength(3);
  });

  test('a week begins on Monday, a month on the first', () => {
    expect(iso(startOf('week', Date.parse('2026-11-29T12:00:00Z')))).toBe('2026-11-22T23:00:00.000Z');
    expect(iso(startOf('month', NOW_MS))).toBe('2026-10-31T23:00:00.000Z');
  });

  test('a zone that is half an hour off has its own hours', () => {
    process.env['TZ'] = 'Asia/Kolkata';
    expect(iso(startOf('hour', NOW_MS))).toBe('2026-11-23T13:30:00.000Z');
    process.env['TZ'] = 'Europe/Berlin';
  });

  test('a clock that is years off does not make a bar for every minute of them', () => {
    expect(bucketStarts({ fromMs: 0, toMs: NOW_MS }, 'minute')).toHaveLength(2_000);
  });

  test('every range has some bars and not more than pixels', () => {
    for (const range of RANGES) {
      const window = timeWindow(range, NOW_MS, Date.parse('2019-01-01T00:00:00Z'));
      const count = bucketStarts(window, window.grain).length;
      expect(count).toBeGreaterThan(20);
      expect(count).toBeLessThan(200);
    }
  });
});
