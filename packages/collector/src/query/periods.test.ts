import fc from 'fast-check';
import { expect, test } from 'vitest';
import { previousPeriod, previousYear } from './periods.ts';

const us = (iso: string) => Date.parse(iso) * 1000;
const iso = ({ fromUs, toUs }: { fromUs: number; toUs: number }) =>
  [fromUs, toUs].map((at) => new Date(at / 1000).toISOString().replace(':00.000Z', ''));
const range = (from: string, to: string) => ({ fromUs: us(from), toUs: us(to) });

test.each([
  ['a month', 'UTC', '2026-03-01T00:00Z', '2026-04-01T00:00Z', ['2026-02-01T00:00', '2026-03-01T00:00']],
  ['a quarter', 'UTC', '2026-04-01T00:00Z', '2026-07-01T00:00Z', ['2026-01-01T00:00', '2026-04-01T00:00']],
  ['a year', 'UTC', '2026-01-01T00:00Z', '2027-01-01T00:00Z', ['2025-01-01T00:00', '2026-01-01T00:00']],
  [
    'a local month',
    'Europe/Berlin',
    '2026-03-31T22:00Z',
    '2026-04-30T22:00Z',
    ['2026-02-28T23:00', '2026-03-31T22:00'],
  ],
  ['a week', 'UTC', '2026-03-09T00:00Z', '2026-03-16T00:00Z', ['2026-03-02T00:00', '2026-03-09T00:00']],
  [
    'the day after one of 23 hours',
    'Europe/Berlin',
    '2026-03-29T22:00Z',
    '2026-03-30T22:00Z',
    ['2026-03-28T23:00', '2026-03-29T22:00'],
  ],
  [
    'the day after a midnight that was skipped',
    'America/Santiago',
    '2026-09-07T03:00Z',
    '2026-09-08T03:00Z',
    ['2026-09-06T04:00', '2026-09-07T03:00'],
  ],
  ['six hours', 'UTC', '2026-03-09T06:00Z', '2026-03-09T12:00Z', ['2026-03-09T00:00', '2026-03-09T06:00']],
  ['part of a month', 'UTC', '2026-03-01T00:00Z', '2026-03-09T12:00Z', ['2026-02-20T12:00', '2026-03-01T00:00']],
])('before %s (%s) is as many of them', (_, zone, from, to, expected) => {
  expect(iso(previousPeriod(range(from, to), zone))).toEqual(expected);
});

test.each([
  ['UTC', '2026-03-01T00:00Z', '2026-04-01T00:00Z', ['2025-03-01T00:00', '2025-04-01T00:00']],
  ['Europe/Berlin', '2026-03-29T22:00Z', '2026-03-30T22:00Z', ['2025-03-29T23:00', '2025-03-30T22:00']],
  ['UTC', '2024-02-29T00:00Z', '2024-03-01T00:00Z', ['2023-02-28T00:00', '2023-03-01T00:00']],
])('a year before in %s keeps dates and times of day', (zone, from, to, expected) => {
  expect(iso(previousYear(range(from, to), zone))).toEqual(expected);
});

test('the period before ends where this one begins, and nothing is before 1970', () => {
  const instant = fc.integer({ min: 0, max: us('2035-01-01T00:00Z') });
  const zone = fc.constantFrom('UTC', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/Sao_Paulo');
  fc.assert(
    fc.property(instant, fc.integer({ min: 1, max: 400 * 86_400_000_000 }), zone, (fromUs, length, timezone) => {
      const before = previousPeriod({ fromUs, toUs: fromUs + length }, timezone);
      expect(before.toUs).toBe(fromUs);
      expect(before.fromUs).toBeGreaterThanOrEqual(0);
      expect(before.fromUs).toBeLessThanOrEqual(fromUs);
    }),
    { numRuns: 60 },
  );
});
