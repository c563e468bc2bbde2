import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactMoney, formatMoney, formatMoneyTick } from './format-money.ts';

test.each([
  ['0', '$0.00'],
  ['0.00', '$0.00'],
  ['1', '$1.00'],
  ['2550', '$2,550.00'],
  ['1234.565', '$1,234.57'],
  ['1234.5649999', '$1,234.56'],
  ['999999.995', '$1,000,000.00'],
  ['-12.345', '-$12.35'],
  ['0.43', '$0.43'],
  ['0.434', '$0.43'],
  ['0.995', '$1.00'],
  ['0.1', '$0.10'],
  ['0.05', '$0.05'],
  ['0.0106741', '$0.0107'],
  ['0.000255', '$0.000255'],
  ['0.00999999', '$0.01'],
  ['0.0995', '$0.0995'],
  ['0.09995', '$0.10'],
  ['0.000000000000000001', '$0.000000000000000001'],
  ['12345678901234567890.125', '$12,345,678,901,234,567,890.13'],
])('%s reads as %s', (amount, text) => {
  expect(formatMoney(amount)).toBe(text);
});

test('what is no amount is shown as it came', () => {
  expect(formatMoney('n/a')).toBe('n/a');
});

test('from ten cents on the view is never more than half a cent away from the exact amount', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 10n ** 17n, max: 10n ** 30n }), (atto) => {
      const digits = atto.toString().padStart(19, '0');
      const shown = formatMoney(`${digits.slice(0, -18)}.${digits.slice(-18)}`).replace(/[$,.]/g, '');
      const distance = BigInt(shown) * 10n ** 16n - atto;
      return (distance < 0n ? -distance : distance) <= 5n * 10n ** 15n;
    }),
  );
});

test('the exact amount keeps every digit', () => {
  expect(exactMoney('0.0106741')).toBe('0.0106741 USD');
});

describe('ticks', () => {
  test.each([
    [0, '$0'],
    [0.0004, '$0.0004'],
    [0.05, '$0.05'],
    [0.5, '$0.50'],
    [2.5, '$2.5'],
    [20, '$20'],
    [1500, '$1.5k'],
    [2_000_000, '$2M'],
  ])('%d is %s', (amount, text) => {
    expect(formatMoneyTick(amount)).toBe(text);
  });
});
