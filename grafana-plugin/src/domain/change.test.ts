import { expect, test } from 'vitest';
import { amountChange, countChange } from './change.ts';

test.each([
  ['3', '2', { share: 0.5, direction: 'up' }],
  ['1', '2', { share: -0.5, direction: 'down' }],
  ['2', '2', { share: 0, direction: 'same' }],
  ['2', '0', { share: null, direction: 'new' }],
  ['0', '0', { share: 0, direction: 'same' }],
  ['-1', '-2', { share: 0.5, direction: 'up' }],
  [null, '2', { share: null, direction: 'unknown' }],
  ['2', null, { share: null, direction: 'unknown' }],
  ['2', undefined, { share: null, direction: 'unknown' }],
])('from %2$s to %1$s', (now, before, change) => {
  expect(amountChange(now, before)).toEqual(change);
});

test.each([
  [3, 2, { share: 0.5, direction: 'up' }],
  [0, 2, { share: -1, direction: 'down' }],
  [2, 0, { share: null, direction: 'new' }],
  [0, 0, { share: 0, direction: 'same' }],
  [1, null, { share: null, direction: 'unknown' }],
])('counts change the same way', (now, before, change) => {
  expect(countChange(now, before)).toEqual(change);
});
