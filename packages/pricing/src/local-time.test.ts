import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isInstant, localClock, utcMinuteOfWeek } from './local-time.ts';
import { windowMinutes } from './window-minutes.ts';

const us = (text: string): number => Date.parse(text) * 1000;

test('the week starts on Monday 00:00', () => {
  expect(utcMinuteOfWeek(us('2026-08-17T00:00:00Z'))).toBe(0);
  expect(utcMinuteOfWeek(us('2026-08-16T23:59:59Z'))).toBe(7 * 1440 - 1);
  expect(utcMinuteOfWeek(us('1969-12-31T23:59:59Z'))).toBe(3 * 1440 - 1);
});

test('a named zone has its own midnight, across daylight saving', () => {
  const berlin = localClock('Europe/Berlin');
  expect(berlin(us('2026-03-29T00:59:00Z'))).toBe(6 * 1440 + 119);
  expect(berlin(us('2026-03-29T01:00:00Z'))).toBe(6 * 1440 + 180);
  expect(localClock('Asia/Shanghai')(us('2026-08-16T16:00:00Z'))).toBe(0);
});

test('a zone called UTC agrees with the arithmetic of UTC at every instant', () => {
  const utc = localClock('UTC');
  fc.assert(
    fc.property(fc.integer({ min: -4_000_000_000, max: 8_000_000_000 }), (second) => {
      expect(utc(second * 1e6)).toBe(utcMinuteOfWeek(second * 1e6));
    }),
  );
});

test('what is no zone and what is no instant is known as such', () => {
  expect([0, -1e15, Number.NaN, Number.POSITIVE_INFINITY, 1e25].map(isInstant)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('a window that ends before it starts runs into the next day, and from Sunday into Monday', () => {
  expect(windowMinutes({ start: '22:00', end: '02:00', days: ['sun'] })).toEqual([
    { from: 6 * 1440 + 1320, to: 7 * 1440 },
    { from: 0, to: 120 },
  ]);
  expect(windowMinutes({ start: '00:00', end: '24:00' })).toHaveLength(7);
});
