import { expect, test } from 'vitest';
import { pivot } from './pivot.ts';

test('pairs become rows and columns, and a pair that is not there stays unknown', () => {
  const table = pivot([
    { row: 'acme', column: 'chat', value: 3 },
    { row: 'acme', column: 'search', value: 1 },
    { row: 'zeta', column: 'search', value: 2 },
  ]);
  expect([table.rows, table.columns]).toEqual([
    ['acme', 'zeta'],
    ['chat', 'search'],
  ]);
  expect([table.cell('zeta', 'search'), table.cell('zeta', 'chat')]).toEqual([2, undefined]);
});
