import { expect, test } from 'vitest';
import { formatDuration } from './format-time.ts';

test.each([
  [0, '0 ms'],
  [339.6, '340 ms'],
  [1_420, '1.42 s'],
  [59_990, '59.99 s'],
  [125_400, '2 m 05 s'],
])('%d ms is %s', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});
