import { expect, test } from 'vitest';
import { type LedgerCost, type ReconcileReason, reconcile, type SeenCost } from './reconcile.ts';

const ledger = (more: Partial<LedgerCost> = {}): LedgerCost => ({
  customer: 'acme',
  cost: '10',
  unpriced_calls: 0,
  late_calls: 0,
  ...more,
});
const seen = (more: Partial<SeenCost> = {}): SeenCost => ({ cost: '10', resets: 0, seen: 1, ...more });
const held = (row: LedgerCost, metric?: SeenCost) =>
  reconcile([row], new Map(metric === undefined ? [] : [[row.customer, metric]]))[0];

test('a gap of ten per cent is shown as ten per cent', () => {
  expect(held(ledger(), seen({ cost: '9' }))).toEqual({
    customer: 'acme',
    ledger: '10',
    metric: '9',
    difference: '-1',
    share: -0.1,
    reasons: ['lower'],
  });
});

test.each<[string, LedgerCost, SeenCost | undefined, readonly ReconcileReason[]]>([
  ['what scraping loses is no finding', ledger(), seen({ cost: '9.95', resets: 3 }), ['within']],
  ['a series that is not there', ledger(), undefined, ['missing']],
  ['a customer of whom no call has a price', ledger({ cost: null, unpriced_calls: 4 }), seen(), ['unpriced']],
  ['scrapes that are missing', ledger(), seen({ cost: '9', seen: 0.9 }), ['gap']],
  ['a counter that began anew', ledger(), seen({ cost: '9', resets: 1 }), ['reset']],
  ['calls that came late, beside a gap', ledger({ late_calls: 2 }), seen({ cost: '5', seen: 0.5 }), ['gap', 'late']],
  ['more than the ledger has', ledger(), seen({ cost: '12', seen: 0.5 }), ['higher']],
  ['a metric of something that cost nothing', ledger({ cost: '0' }), seen({ cost: '1' }), ['higher']],
])('%s is named', (_, row, metric, reasons) => {
  expect(held(row, metric)?.reasons).toEqual(reasons);
});
