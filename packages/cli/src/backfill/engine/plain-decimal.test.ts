import { formatMoney, parseMoney } from '@costspan/usage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainDecimal } from './plain-decimal.ts';

test.each<[unknown, string | undefined]>([
  [1.2e-5, '0.000012'],
  ['1.2e-05', '0.000012'],
  ['0.50', '0.5'],
  ['1e3', '1000'],
  [0, '0'],
  ['-0.0', '0'],
  [-0.25, '-0.25'],
  ['0.1234567890123456785', '0.123456789012345679'],
  ['', undefined],
  ['1,5', undefined],
  ['NaN', undefined],
  [Number.POSITIVE_INFINITY, undefined],
  [null, undefined],
])('%j is %s', (value, expected) => {
  expect(plainDecimal(value)).toBe(expected);
});

test('money is read back as it was written', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (atto) => {
      const text = formatMoney(parseMoney(formatMoney(atto as Parameters<typeof formatMoney>[0])));
      expect(plainDecimal(text)).toBe(text);
    }),
  );
});
