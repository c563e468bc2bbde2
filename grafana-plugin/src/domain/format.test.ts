import { expect, test } from 'vitest';
import { formatsFor } from './format.ts';

const english = formatsFor('en-US');

test.each([
  ['1234.5', '$1,234.50'],
  ['0.0106741', '$0.0107'],
  ['0.000000123', '$0.000000123'],
  ['0', '$0.00'],
  ['-0.5', '-$0.50'],
  ['9007199254740993.25', '$9,007,199,254,740,993.25'],
])('%s is shown as %s', (amount, text) => {
  expect(english.money(amount)).toBe(text);
});

test.each([
  ['4', '+$4.00'],
  ['-0.718', '-$0.718'],
  ['0', '$0.00'],
])('a change by %s is shown as %s', (amount, text) => {
  expect(english.moneyChange(amount)).toBe(text);
});

test('the exact amount keeps every digit', () => {
  expect(english.exactMoney('9007199254740993.000000000000000001')).toBe('$9,007,199,254,740,993.000000000000000001');
});

test('another currency is named', () => {
  expect(english.exactMoney('1.5', 'EUR')).toBe('€1.50');
});

test.each([
  [0, '0%'],
  [0.000_001, '<0.1%'],
  [0.000_49, '<0.1%'],
  [0.0005, '0.1%'],
  [0.0123, '1.2%'],
])('a share of %d is written %s: little is not nothing', (share, written) => {
  expect(english.percent(share)).toBe(written);
});

test('what is unknown is a dash and never a zero', () => {
  expect([english.money(null), english.count(null), english.percent(null), english.millis(null)]).toEqual(
    Array.from({ length: 4 }, () => '—'),
  );
});

test.each([
  [0.123, '+12%'],
  [-0.0123, '-1.2%'],
  [0, '0%'],
])('a change of %s is shown as %s', (share, text) => {
  expect(english.change(share)).toBe(text);
});

test.each([
  [421.4, '421 ms'],
  [1520, '1.52 sec'],
])('%s ms is shown as %s', (value, text) => {
  expect(english.millis(value)).toBe(text);
});

test('another language writes the same amount its own way', () => {
  expect(formatsFor('de-DE').money('1234.5').replace(/\s/g, ' ')).toBe('1.234,50 $');
});

test.each([
  [0.004, '$0.004'],
  [1250, '$1.3K'],
  [0, '$0'],
])('an axis writes %s as %s', (value, text) => {
  expect(english.shortMoney(value)).toBe(text);
});

test.each([
  [5 * 60_000, 'in 5 min.'],
  [5 * 3_600_000, 'in 5 hr.'],
  [72 * 3_600_000, 'in 3 days'],
])('what is %s ms ahead is shown as %s', (ms, text) => {
  expect(english.ahead(ms)).toBe(text);
});

test('in Arabic an amount keeps its sign and its currency in their places', () => {
  const arabic = formatsFor('ar-SA-u-ca-gregory-nu-latn');
  expect(arabic.money('-3.37').replace(/\s/g, ' ')).toBe('\u2066-3.37 US$\u2069');
  expect(arabic.change(0.38)).toBe('\u2066+38٪\u2069');
});
