import { expect, test } from 'vitest';
import { movers } from './movers.ts';

test('who moved most stands first, whichever way', () => {
  const rows = [
    { name: 'steady', now: '5', before: '5' },
    { name: 'up', now: '3.1', before: '3' },
    { name: 'gone', now: '0', before: '2.000000000000000001' },
    { name: 'new', now: '1', before: '0' },
  ];
  expect(movers(rows, 2)).toEqual([
    { name: 'gone', now: '0', before: '2.000000000000000001', difference: '-2.000000000000000001' },
    { name: 'new', now: '1', before: '0', difference: '1' },
  ]);
});
