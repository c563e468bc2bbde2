import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstWithOffset, isTimeZone, zoneOffset } from './time-zone.ts';

const HOUR_MS = 3_600_000;

test.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['Asia/Kathmandu', true],
  ['Europe/Berlim', false],
  ['', false],
  ['Mars/Olympus', false],
  ["UTC'", false],
  ['+02:00:61', false],
])('%s is a zone: %s', (name, known) => {
  expect(isTimeZone(name)).toBe(known);
});

test.each([
  ['UTC', '2026-07-01T00:00:00Z', 0],
  ['Europe/Berlin', '2026-07-01T00:00:00Z', 2],
  ['Europe/Berlin', '2026-12-01T00:00:00Z', 1],
  ['Asia/Kathmandu', '2026-07-01T00:00:00Z', 5.75],
  ['America/Sao_Paulo', '2026-07-01T00:00:00Z', -3],
  ['Australia/Lord_Howe', '2026-01-01T00:00:00Z', 11],
  ['Australia/Lord_Howe', '2026-07-01T00:00:00Z', 10.5],
])('%s at %s is %d hours from UTC', (zone, at, hours) => {
  expect(zoneOffset(zone)(Date.parse(at))).toBe(hours * HOUR_MS);
});

test('an offset changes at the second that the zone says', () => {
  const read = zoneOffset('Europe/Berlin');
  const change = firstWithOffset(read, HOUR_MS, Date.parse('2026-10-24T12:00:00Z'), Date.parse('2026-10-25T12:00:00Z'));
  expect(new Date(change).toISOString()).toBe('2026-10-25T01:00:00.000Z');
});

test('the local clock that an offset gives is the one that the calendar shows', () => {
  const zones = ['Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns', 'Pacific/Apia'];
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2037, 0) }),
      (timeZone, atMs) => {
        const shown = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
        const local = new Date(atMs + zoneOffset(timeZone)(atMs)).toISOString();
        expect(`${local.slice(0, 10)} ${local.slice(11, 19)}`).toBe(shown.format(atMs));
      },
    ),
  );
});
