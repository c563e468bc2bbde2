import fc from 'fast-check';
import { expect, test } from 'vitest';
import { microsFromText, microsFromWords } from './unix-nano.ts';

const MICROS_MAX = BigInt(Number.MAX_SAFE_INTEGER);

test('words and text give the whole microseconds of any 64-bit count, or 0 when no double holds them', () => {
  const nanos = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.bigInt({ min: -2000n, max: 2000n }).map((near) => (MICROS_MAX + 1n) * 1000n + near),
    fc.bigInt({ min: 0n, max: 10_000n }),
  );
  fc.assert(
    fc.property(nanos, (count) => {
      const micros = count / 1000n;
      const expected = micros <= MICROS_MAX ? Number(micros) : 0;
      expect(microsFromWords(Number(count & 0xffff_ffffn), Number(count >> 32n))).toBe(expected);
      expect(microsFromText(String(count))).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});

test.each(['', '-1', '1.5', '1e18', ' 1', '123456789012345678901', 'NaN'])('"%s" is no time', (text) => {
  expect(microsFromText(text)).toBe(0);
});
