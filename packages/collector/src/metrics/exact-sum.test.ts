import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExactSum } from './exact-sum.ts';

test('a sum of whole numbers is exact however large it grows', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.maxSafeNat(), fc.nat(5000)), { maxLength: 200 }), (counts) => {
      const sum = new ExactSum();
      for (const count of counts) sum.add(count);
      expect(sum.value).toBe(counts.reduce((total, count) => total + BigInt(count), 0n));
    }),
  );
});
