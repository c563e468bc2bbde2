import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalDecimal, divideHalfEven, parseDecimal, reduceFraction, shiftDecimal } from './decimal.ts';

test.each([
  ['2.5e-06', 6, '2.5'],
  ['1.25E-7', 6, '0.125'],
  ['0.00000015', 6, '0.15'],
  ['1e3', 0, '1000'],
  ['12', -3, '0.012'],
  ['0', 6, '0'],
  ['0.0', 0, '0'],
  ['007.50', 0, '7.5'],
  ['3e-06', 6, '3'],
  ['1.0000000000000001e-06', 6, '1.0000000000000001'],
])('%s moved by %i places is %s', (text, places, expected) => {
  expect(shiftDecimal(text, places)).toBe(expected);
});

test.each(['', '-1', '+1', '1.', '.5', '1,5', '1e', '0x10', 'NaN', 'Infinity', ' 1', '1 ', '١', `1${'0'.repeat(64)}`])(
  '"%s" is not a price',
  (text) => {
    expect(shiftDecimal(text, 0)).toBeUndefined();
    expect(parseDecimal(text)).toBeUndefined();
  },
);

test('moving the point there and back changes nothing', () => {
  const decimal = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.nat(18)).map(([digits, scale]) => {
    const text = digits.toString().padStart(scale + 1, '0');
    return scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`;
  });
  fc.assert(
    fc.property(decimal, fc.integer({ min: -12, max: 12 }), (text, places) => {
      const there = shiftDecimal(text, places) as string;
      expect(shiftDecimal(there, -places)).toBe(canonicalDecimal(text));
    }),
  );
});

test('a quotient is rounded to the nearest whole number, ties to the even one', () => {
  expect([1n, 3n, 5n, 7n].map((n) => divideHalfEven(n, 2n))).toEqual([0n, 2n, 2n, 4n]);
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.bigInt({ min: 1n, max: 10n ** 12n }), (a, b) => {
      const distance = 2n * (a - divideHalfEven(a, b) * b);
      expect(distance <= b && distance >= -b).toBe(true);
    }),
  );
});

test('reducing a fraction keeps its value', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.bigInt({ min: 1n, max: 10n ** 12n }), (a, b) => {
      const { numerator, denominator } = reduceFraction({ numerator: a, denominator: b });
      expect(numerator * b).toBe(denominator * a);
    }),
  );
});
