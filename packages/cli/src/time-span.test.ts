import { expect, test } from 'vitest';
import { parseDuration, parseInstant } from './time-span.ts';

const nowMs = Date.parse('2026-11-23T12:00:00Z');

test.each([
  ['90m', 5_400_000],
  ['24h', 86_400_000],
  ['45d', 3_888_000_000],
  ['2w', 1_209_600_000],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '5', 'd', '-1d', '1.5h', '1y'])('%j is not a time span', (text) => {
  expect(() => parseDuration(text)).toThrowError(/time span/);
});

test.each([
  ['now', '2026-11-23T12:00:00.000Z'],
  ['24h', '2026-11-22T12:00:00.000Z'],
  ['2026-11-01', '2026-11-01T00:00:00.000Z'],
  ['2026-11-01T02:00:00+02:00', '2026-11-01T00:00:00.000Z'],
])('%s is the instant %s', (text, instant) => {
  expect(parseInstant(text, nowMs)).toBe(instant);
});

test('what is neither is refused with both forms', () => {
  expect(() => parseInstant('yesterday', nowMs)).toThrowError(/instant.*time span/);
});
