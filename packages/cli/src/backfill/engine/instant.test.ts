import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantUs } from './instant.ts';

test.each<[unknown, string | undefined]>([
  ['2026-10-01T08:00:00Z', '2026-10-01T08:00:00.000Z'],
  ['2026-10-01T08:00:00.123456+00:00', '2026-10-01T08:00:00.123Z'],
  ['2026-10-01 08:00:00.5', '2026-10-01T08:00:00.500Z'],
  ['2026-10-01 10:00:00+02', '2026-10-01T08:00:00.000Z'],
  ['2026-10-01T02:30:00-0530', '2026-10-01T08:00:00.000Z'],
  ['2026-10-01', '2026-10-01T00:00:00.000Z'],
  [1_759_622_400, '2025-10-05T00:00:00.000Z'],
  ['1759622400', '2025-10-05T00:00:00.000Z'],
  [1_759_622_400_000, '2025-10-05T00:00:00.000Z'],
  ['2026-02-31', undefined],
  ['2026-10-01T24:00:00Z', undefined],
  ['yesterday', undefined],
  [20_261_001, undefined],
  [null, undefined],
])('%j is %s', (value, expected) => {
  const us = instantUs(value);
  expect(us === undefined ? undefined : new Date(Math.floor(us / 1000)).toISOString()).toBe(expected);
});

test('every instant is read as it is written, to the microsecond', () => {
  fc.assert(
    fc.property(fc.integer({ min: 31_536_000_000, max: 7_226_582_400_000 }), fc.nat(999), (ms, us) => {
      const text = new Date(ms).toISOString().replace('Z', `${String(us).padStart(3, '0')}Z`);
      expect(instantUs(text)).toBe(ms * 1000 + us);
    }),
  );
});
