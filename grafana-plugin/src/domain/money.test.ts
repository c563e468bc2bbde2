import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attoOf, compareAmounts, decimalOf, differenceOf, scaled, shareIn, shareOf, sumOf } from './money.ts';

const amount = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(decimalOf);

test('an amount survives reading and writing', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (atto) => attoOf(decimalOf(atto)) === atto),
  );
});

test.each([
  ['0.1', '0.2', '0.3'],
  ['0.000000000000000001', '9007199254740993', '9007199254740993.000000000000000001'],
  ['-1.5', '1.5', '0'],
])('%s + %s is %s, to the last place', (a, b, sum) => {
  expect(sumOf([a, b])).toBe(sum);
  expect(differenceOf(sum, b)).toBe(a);
});

test('a sum does not depend on the order', () => {
  fc.assert(
    fc.property(fc.array(amount, { maxLength: 20 }), (amounts) => sumOf(amounts) === sumOf([...amounts].reverse())),
  );
});

test.each(['', '1e3', '.5', '1.', '1,5', '0x1', ' 1', '1.0000000000000000001'])('"%s" is no amount', (text) => {
  expect(() => attoOf(text)).toThrow(RangeError);
});

test('a share of nothing is unknown', () => {
  expect(shareOf('1', '0')).toBeNull();
  expect(shareIn(null, '4')).toBeNull();
  expect(shareIn('1', '4')).toBe(0.25);
  expect(shareOf('1', '4')).toBe(0.25);
  expect(shareOf('-1', '3')).toBe(-0.333333);
});

test('scaling by a ratio keeps eighteen places', () => {
  expect(scaled('1', 1n, 3n)).toBe('0.333333333333333333');
  expect(scaled('0.0106741', 30n, 15n)).toBe('0.0213482');
});

test('amounts compare by value, not as text', () => {
  expect(['10', '9', '-1', '9.000000000000000001'].sort(compareAmounts)).toEqual([
    '-1',
    '9',
    '9.000000000000000001',
    '10',
  ]);
});
