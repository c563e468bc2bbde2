import { expect, test } from 'vitest';
import { COUNT_MAX, parseCount, parseMeters } from './usage.ts';

test.each([
  [0, 0],
  ['12', 12],
  [7n, 7],
  [COUNT_MAX, COUNT_MAX],
  ['9514', 9514],
])('%s is the count %s', (value, count) => {
  expect(parseCount(value)).toBe(count);
});

test.each([
  -1,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '1e3',
  '-4',
  'abc',
  '',
  null,
  {},
  true,
  COUNT_MAX + 1,
  10n ** 18n,
])('%s is not a count', (value) => {
  expect(parseCount(value)).toBeUndefined();
});

test('a part of a second is a count of seconds and of nothing else', () => {
  expect(parseCount(1.5, 'seconds')).toBe(1.5);
  expect(parseCount('2.25', 'seconds')).toBe(2.25);
  expect(parseCount(1.5, 'input_tokens')).toBeUndefined();
});

test('every mistake in a usage object is named, and the good counts are kept', () => {
  const { meters, findings } = parseMeters(
    { input_tokens: 12, output_tokens: -3, tokens: 4, cache_read_tokens: 'many', images: null },
    'usage',
  );
  expect(meters).toEqual({ input_tokens: 12 });
  expect(findings.map(({ at, code }) => `${at} ${code}`)).toEqual([
    'usage.output_tokens COUNT_INVALID',
    'usage.tokens METER_UNKNOWN',
    'usage.cache_read_tokens COUNT_INVALID',
  ]);
});

test.each([null, [], 'x', 3])('%j is no usage object', (value) => {
  expect(parseMeters(value, 'usage').findings).toMatchObject([{ code: 'USAGE_FORMAT' }]);
});
