import fc from 'fast-check';
import { expect, test } from 'vitest';
import { localStartUs, offsetSpans } from './time-zone.ts';

const us = (iso: string) => Date.parse(iso) * 1000;
const iso = (instantUs: number) => new Date(instantUs / 1000).toISOString();
const hours = (offsetUs: number) => offsetUs / 3_600_000_000;

test.each([
  ['UTC', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z', []],
  ['Asia/Kathmandu', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z', []],
  [
    'Europe/Berlin',
    '2026-02-01T00:00:00Z',
    '2027-01-01T00:00:00Z',
    ['2026-03-29T01:00:00.000Z', '2026-10-25T01:00:00.000Z'],
  ],
  [
    'America/New_York',
    '2026-02-01T00:00:00Z',
    '2027-01-01T00:00:00Z',
    ['2026-03-08T07:00:00.000Z', '2026-11-01T06:00:00.000Z'],
  ],
  [
    'Australia/Lord_Howe',
    '2026-03-01T00:00:00Z',
    '2026-12-01T00:00:00Z',
    ['2026-04-04T15:00:00.000Z', '2026-10-03T15:30:00.000Z'],
  ],
])('%s from %s to %s changes its clock at %j', (zone, from, to, changes) => {
  const spans = offsetSpans(zone, us(from), us(to));
  expect(spans.slice(1).map((span) => iso(span.fromUs))).toEqual(changes);
  expect(spans.at(-1)?.toUs).toBe(us(to));
});

test('offsets are what the zone shows', () => {
  const [winter, summer] = offsetSpans('Europe/Berlin', us('2026-03-01T00:00:00Z'), us('2026-06-01T00:00:00Z'));
  expect([hours(winter!.offsetUs), hours(summer!.offsetUs)]).toEqual([1, 2]);
  expect(hours(offsetSpans('Asia/Kathmandu', 0, 1)[0]!.offsetUs)).toBe(5.5);
  expect(
    hours(offsetSpans('Asia/Kathmandu', us('2026-01-01T00:00:00Z'), us('2026-01-02T00:00:00Z'))[0]!.offsetUs),
  ).toBe(5.75);
});

test('spans join without gap or overlap', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('Europe/Berlin', 'Africa/Casablanca', 'America/Santiago', 'Pacific/Apia', 'UTC'),
      fc.integer({ min: us('1990-01-01T00:00:00Z'), max: us('2030-01-01T00:00:00Z') }),
      fc.integer({ min: 1, max: 500 * 86_400_000_000 }),
      (zone, from, length) => {
        const spans = offsetSpans(zone, from, from + length);
        expect(spans[0]!.fromUs).toBeLessThan(from);
        expect(spans.at(-1)!.toUs).toBe(from + length);
        spans.slice(1).forEach((span, index) => {
          expect(span.fromUs).toBe(spans[index]!.toUs);
          expect(span.offsetUs).not.toBe(spans[index]!.offsetUs);
        });
      },
    ),
    { numRuns: 30 },
  );
});

test.each([
  [
    'an ordinary midnight',
    'Europe/Berlin',
    '2026-03-01T00:00:00Z',
    '2026-06-01T00:00:00Z',
    '2026-04-01',
    '2026-03-31T22:00:00.000Z',
  ],
  [
    'a midnight that the clock jumps over',
    'America/Santiago',
    '2026-08-20T00:00:00Z',
    '2026-09-30T00:00:00Z',
    '2026-09-06',
    '2026-09-06T04:00:00.000Z',
  ],
  [
    'a midnight that comes twice: the first',
    'America/Havana',
    '2026-10-20T00:00:00Z',
    '2026-11-30T00:00:00Z',
    '2026-11-01',
    '2026-11-01T04:00:00.000Z',
  ],
  [
    'a day that a country left out: the jump',
    'Pacific/Apia',
    '2011-12-20T00:00:00Z',
    '2012-01-10T00:00:00Z',
    '2011-12-30',
    '2011-12-30T10:00:00.000Z',
  ],
])('a local day begins at %s', (_, zone, from, to, day, start) => {
  expect(iso(localStartUs(offsetSpans(zone, us(from), us(to)), us(`${day}T00:00:00Z`)))).toBe(start);
});
