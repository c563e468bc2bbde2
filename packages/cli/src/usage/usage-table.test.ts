import { expect, test } from 'vitest';
import { formatUsage, type UsageAnswer } from './usage-table.ts';

const answer: UsageAnswer = {
  rows: [
    { customer_id: 'acme', calls: 1200, cost: '0.0106741' },
    { customer_id: 'a\u001b[31m', calls: 1, cost: null },
  ],
  total: { calls: 1201, cost: '0.0106741' },
  unpriced_calls: 1,
  complete_to: '2026-11-23T12:00:00Z',
};

test('columns are as wide as what they hold, money has all its digits, and a tag cannot drive the terminal', () => {
  expect(
    formatUsage(answer, { by: ['customer_id'], metrics: ['calls', 'cost'], hasTime: false }),
  ).toMatchInlineSnapshot(`
    "customer_id  calls   cost_usd
    acme         1,200  0.0106741
    a·[31m           1          –
    total        1,201  0.0106741
    ! 1 call has no known cost (no price, or no usage reported) and is not in the sum."
  `);
});

test('money can be rounded for the eye', () => {
  expect(formatUsage(answer, { by: [], metrics: ['cost'], hasTime: false, places: 2 })).toContain('0.01\n');
});

test('a comparison stands beside each value', () => {
  const previous = { calls: 600, cost: '0.02' };
  const compared: UsageAnswer = {
    rows: [{ customer_id: 'acme', calls: 1200, cost: '0.01', previous }],
    total: { calls: 1200, cost: '0.01', previous },
    unpriced_calls: 0,
    complete_to: '2026-11-23T12:00:00Z',
    compared_with: { from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' },
  };
  expect(
    formatUsage(compared, { by: ['customer_id'], metrics: ['calls', 'cost'], hasTime: false }),
  ).toMatchInlineSnapshot(`
    "customer_id  calls  before  change  cost_usd  before  change
    acme         1,200     600  +100 %      0.01    0.02   -50 %
    total        1,200     600  +100 %      0.01    0.02   -50 %
    compared with 2026-10-01T00:00:00Z to 2026-11-01T00:00:00Z"
  `);
});

test.each<[Partial<UsageAnswer>, string]>([
  [{ unpriced_calls: 2 }, '! 2 calls have no known cost'],
  [{ late_calls: 1 }, '! 1 call arrived long after it ended'],
  [{ expired_calls: 3 }, '! 3 calls have been deleted'],
  [{ as_of_from: '2026-10-01T00:00:00Z' }, '! Calls that started before 2026-10-01T00:00:00Z are deleted since'],
  [{ next_cursor: 'g1.2' }, '--cursor g1.2'],
])('%j is said below the table', (over, sentence) => {
  expect(formatUsage({ ...answer, ...over }, { by: [], metrics: ['calls'], hasTime: false })).toContain(sentence);
});
