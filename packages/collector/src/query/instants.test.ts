import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatInstantUs, INSTANT_MAX_US, parseInstantUs } from './instants.ts';

test('an instant comes back as it was, to the microsecond', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: INSTANT_MAX_US }), (us) => {
      expect(parseInstantUs(formatInstantUs(us))).toBe(us);
    }),
  );
});

test.each([
  ['1970-01-01T00:00:00Z', 0],
  ['1970-01-01T00:00Z', 0],
  ['1970-01-01t01:00:00+01:00', 0],
  ['1970-01-01T00:00:00.000001Z', 1],
  ['1970-01-01T00:00:00.1Z', 100_000],
  ['1970-01-01T00:00:00.123456789Z', 123_456],
  ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29) * 1000],
  ['2200-01-01T00:00:00Z', INSTANT_MAX_US],
])('%s is an instant', (text, us) => {
  expect(parseInstantUs(text)).toBe(us);
});

test.each([
  '',
  '2026-01-01',
  '2026-01-01T00:00:00',
  '2026-02-29T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-01-01T25:00:00Z',
  '2026-01-01T00:60:00Z',
  '1969-12-31T23:59:59Z',
  '2200-01-01T00:00:00.000001Z',
  ' 2026-01-01T00:00:00Z',
  '2026-01-01 00:00:00Z',
])('%j is not an instant', (text) => {
  expect(parseInstantUs(text)).toBeUndefined();
});
