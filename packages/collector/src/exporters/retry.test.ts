import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs, isRetryable, retryAfterMs } from './retry.ts';

const RETRY = { delayMs: 1000, delayMsMax: 30_000, elapsedMsMax: 300_000 };

test.each([
  [429, true],
  [502, true],
  [503, true],
  [504, true],
  [500, false],
  [501, false],
  [400, false],
  [401, false],
  [302, false],
])('an answer %i is tried again: %s', (status, expected) => {
  expect(isRetryable(status)).toBe(expected);
});

test('the wait doubles up to its limit, less up to half', () => {
  expect([0, 1, 2, 10].map((attempt) => backoffMs(attempt, RETRY, 0))).toEqual([1000, 2000, 4000, 30_000]);
  fc.assert(
    fc.property(fc.nat(1000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, random) => {
      const full = backoffMs(attempt, RETRY, 0);
      const wait = backoffMs(attempt, RETRY, random);
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
    }),
  );
});

test.each([
  [null, 0],
  ['5', 5000],
  [' 7 ', 7000],
  ['Mon, 23 Nov 2026 10:00:30 GMT', 30_000],
  ['Mon, 23 Nov 2026 09:00:00 GMT', 0],
  ['soon', 0],
  ['-3', 0],
])('Retry-After %s asks for %i ms', (header, ms) => {
  expect(retryAfterMs(header, Date.parse('2026-11-23T10:00:00Z'))).toBe(ms);
});
