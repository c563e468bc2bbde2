import { expect, test } from 'vitest';
import { reconcile } from './reconcile.ts';

test('a gap of ten percent is shown as ten percent', () => {
  const [row] = reconcile([{ customer: 'acme', cost: '20' }], new Map([['acme', '18']]));
  expect(row).toEqual({
    customer: 'acme',
    ledger: '20',
    metric: '18',
    difference: '-2',
    share: -0.1,
    reason: 'metric-lower',
  });
});

test.each([
  ['20', '20.1', 'within'],
  ['20', '19.8', 'within'],
  ['20', '25', 'metric-higher'],
  ['0', '0', 'within'],
  ['0', '1', 'metric-higher'],
])('ledger %s and metric %s: %s', (cost, metric, reason) => {
  expect(reconcile([{ customer: 'a', cost }], new Map([['a', metric]]))[0]?.reason).toBe(reason);
});

test('what has no series, or no price, is told and not taken for zero', () => {
  const rows = reconcile(
    [
      { customer: 'a', cost: '1' },
      { customer: 'b', cost: null },
    ],
    new Map([['b', '0']]),
  );
  expect(rows.map(({ reason, share }) => [reason, share])).toEqual([
    ['missing', null],
    ['unpriced', null],
  ]);
});
