import { expect, test } from 'vitest';
import { lineName, nativeText, quantityText, rateText } from './line-text.ts';

const line = { meter: 'input_tokens', quantity: 72_000, rate: '4', per: 1_000_000, amount: '0.288' };

test('each step of a ladder and each fee has a line with a name of its own', () => {
  expect(lineName(line)).toBe('Input tokens');
  expect(lineName({ ...line, above: 128_000 })).toBe('Input tokens above 128,000');
  expect(lineName({ ...line, meter: 'requests', fee: 'per call' })).toBe('Requests · per call');
});

test('what is charged stands beside what was counted where they differ', () => {
  expect([quantityText(line), quantityText({ ...line, quantity: 10, counted: 3 })]).toEqual(['72,000', '10 of 3']);
});

test.each([
  [line, 'USD', '$4.00 / M'],
  [{ ...line, per: 1 }, 'CNY', 'CNY 4.00 each'],
  [{ ...line, rate: '0.003625', multipliers: [{ name: 'batch', factor: '0.5' }] }, 'USD', '$0.003625 / M × 0.5 batch'],
])('a rate is exact, in its own currency, with its factors', (one, currency, text) => {
  expect(rateText(one, currency)).toBe(text);
});

test('an amount in another currency says how it became dollars, or that nobody says', () => {
  const native = { currency: 'CNY', cost: '2', fx_rate: '0.1405', fx_from: null };
  expect(nativeText(native)).toBe('2 CNY at 0.1405');
  expect(nativeText({ ...native, fx_from: '2026-11-01T00:00:00Z' })).toMatch(/^2 CNY at 0\.1405 since /);
  expect(nativeText({ ...native, fx_rate: null })).toBe('2 CNY, and no rate of exchange for that time');
});
