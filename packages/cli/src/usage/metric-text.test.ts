import { formatMoney, parseMoney } from '@costspan/usage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changeText, metricText, metricTitle, roundDecimal } from './metric-text.ts';

test.each([
  ['0.0106741', 4, '0.0107'],
  ['0.005', 2, '0.00'],
  ['0.015', 2, '0.02'],
  ['0.0051', 2, '0.01'],
  ['-1.235', 2, '-1.24'],
  ['-0.001', 2, '0.00'],
  ['9.99', 1, '10.0'],
  ['12', 2, '12.00'],
  ['2.5', 0, '2'],
  ['3.5', 0, '4'],
  ['0.000000000000000001', 18, '0.000000000000000001'],
])('%s to %d places is %s', (text, places, rounded) => {
  expect(roundDecimal(text, places)).toBe(rounded);
});

test('rounding is never off by more than half of the last place', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.nat(18), (atto, places) => {
      const text = formatMoney(atto as ReturnType<typeof parseMoney>);
      const off = parseMoney(roundDecimal(text, places)) - parseMoney(text);
      expect((off < 0n ? -off : off) * 2n <= 10n ** BigInt(18 - places)).toBe(true);
    }),
  );
});

test.each([
  ['calls', 12_345, '12,345'],
  ['cost', '0.0106741', '0.0106741'],
  ['cost', null, '–'],
  ['error_rate', 0.0125, '1.25 %'],
  ['duration_ms_p95', 1234.5678, '1,234.568'],
  ['input_tokens', '9007199254740993', '9007199254740993'],
])('%s %j is shown as %s', (metric, value, text) => {
  expect(metricText(metric, value)).toBe(text);
});

test('money says its currency in the title', () => {
  expect(['cost', 'list_cost', 'margin', 'cost_per_call', 'calls'].map(metricTitle)).toEqual([
    'cost_usd',
    'list_cost_usd',
    'margin_usd',
    'cost_per_call_usd',
    'calls',
  ]);
});

test.each([
  ['1', '1.5', '+50 %'],
  [3, 2, '-33.3 %'],
  ['0', '0.1', 'new'],
  [0, 0, '0 %'],
  [null, 5, '–'],
  ['-2', '-1', '+50 %'],
])('from %j to %j is %s', (before, now, text) => {
  expect(changeText(before, now)).toBe(text);
});
