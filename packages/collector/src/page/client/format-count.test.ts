import { expect, test } from 'vitest';
import { formatChange, formatCompact, formatCompactTick, formatCount, formatShare } from './format-count.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1.00k'],
  [45_000, '45.0k'],
  [999_400, '999k'],
  [999_950, '1.00M'],
  [1_234_567, '1.23M'],
])('%d in short is %s', (count, text) => {
  expect(formatCompact(count)).toBe(text);
});

test.each([
  [0, '0'],
  [500, '500'],
  [5_000, '5k'],
  [2_500_000, '2.5M'],
  [120_000, '120k'],
])('a tick at %d is %s', (count, text) => {
  expect(formatCompactTick(count)).toBe(text);
});

test('counts are grouped by thousands', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567');
  expect(formatCount(12)).toBe('12');
  expect(formatCount('9007199254740993')).toBe('9,007,199,254,740,993');
});

test.each([
  [0, '0.0 %'],
  [0.0004, '<0.1 %'],
  [0.124, '12.4 %'],
  [0.9994, '99.9 %'],
  [1, '100 %'],
])('a share of %d is %s', (share, text) => {
  expect(formatShare(share)).toBe(text);
});

test.each([
  [112, 100, '+12 %'],
  [96.6, 100, '−3.4 %'],
  [100, 100, '+0.0 %'],
  [250, 100, '+150 %'],
  [5, 0, undefined],
])('%d after %d is %s', (now, before, text) => {
  expect(formatChange(now, before)).toBe(text);
});
