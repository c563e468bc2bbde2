import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addMoney,
  attoFromInteger,
  formatMoney,
  moneyToNumber,
  parseMoney,
  splitMoney,
  sumMoney,
  ZERO,
} from './money.ts';

const amount = fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }).map(attoFromInteger);

test.each([
  ['0', 0n],
  ['1', 10n ** 18n],
  ['0.0106741', 10_674_100_000_000_000n],
  ['-2.5', -2_500_000_000_000_000_000n],
  ['0.000000000000000001', 1n],
  ['12345678901234567890.123456789012345678', 12345678901234567890123456789012345678n],
  ['1.50', 1_500_000_000_000_000_000n],
  ['0.1000000000000000000000', 10n ** 17n],
])('%s is read exactly', (text, atto) => {
  expect(parseMoney(text)).toBe(atto);
});

test.each(['', '1e-7', '.5', '5.', '1,5', '$1', ' 1', '+1', 'NaN', 'Infinity', '0x10', '--1'])(
  '%j is not money',
  (text) => {
    expect(() => parseMoney(text)).toThrowError(expect.objectContaining({ code: 'MONEY_FORMAT' }));
  },
);

test('a nineteenth decimal place is refused, not rounded', () => {
  expect(() => parseMoney('0.0000000000000000001')).toThrowError(expect.objectContaining({ code: 'MONEY_PRECISION' }));
});

test('what is formatted reads back the same, without exponent or trailing zeros', () => {
  fc.assert(
    fc.property(amount, (value) => {
      const text = formatMoney(value);
      expect(text).toMatch(/^-?\d+(\.\d*[1-9])?$/);
      expect(parseMoney(text)).toBe(value);
    }),
  );
});

test('ten million calls of 0.000255 cost exactly 2550', () => {
  const price = parseMoney('0.000255');
  let total = ZERO;
  for (let call = 0; call < 10_000_000; call += 1) total = addMoney(total, price);
  expect(formatMoney(total)).toBe('2550');
});

test('the order of adding does not matter', () => {
  fc.assert(
    fc.property(fc.array(amount), (amounts) => {
      expect(sumMoney([...amounts].reverse())).toBe(sumMoney(amounts));
    }),
  );
});

test('the double is the nearest one', () => {
  expect(moneyToNumber(parseMoney('0.1'))).toBe(0.1);
  expect(moneyToNumber(parseMoney('0.000000000000000001'))).toBe(1e-18);
});

test('the parts of a split sum to the whole and none is a unit further from its share', () => {
  const shares = fc
    .array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 20 })
    .filter((all) => all.some((share) => share > 0n));
  fc.assert(
    fc.property(amount, shares, (whole, weights) => {
      const parts = splitMoney(whole, weights);
      expect(sumMoney(parts)).toBe(whole);
      const weight = weights.reduce((sum, share) => sum + share, 0n);
      parts.forEach((part, index) => {
        const off = part * weight - whole * (weights[index] as bigint);
        expect((off < 0n ? -off : off) < weight).toBe(true);
      });
    }),
  );
});

test.each([
  ['no shares', []],
  ['only zeros', [0n, 0n]],
  ['a negative share', [1n, -1n]],
])('%s cannot be split by', (_name, shares) => {
  expect(() => splitMoney(parseMoney('1'), shares)).toThrowError(expect.objectContaining({ code: 'MONEY_SHARES' }));
});
