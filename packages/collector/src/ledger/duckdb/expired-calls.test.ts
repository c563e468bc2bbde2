import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseUsageQuery } from '../../query/parse-usage-query.ts';
import { madeCall } from '../made-call.contract.ts';
import { type DuckDbLedger, openDuckDbLedger } from './open-duck-db-ledger.ts';

const DAY_US = 86_400_000_000;
const NOW_US = Date.UTC(2026, 10, 23, 12) * 1000;
const OLD_US = Date.UTC(2026, 10, 1, 9, 30) * 1000;
const NEW_US = NOW_US - DAY_US;

let ledger: DuckDbLedger;
let nowUs: number;
beforeEach(async () => {
  nowUs = OLD_US + DAY_US;
  const retention = { callsDays: 7, contextDays: 0, hoursDays: 0 };
  ledger = await openDuckDbLedger({ path: ':memory:', nowUs: () => nowUs, rollUpIntervalMs: 0, retention });
  const tags = { customer_id: 'acme', user: 'ann', plan: 'pro' };
  await ledger.append([1, 2, 3].map((n) => madeCall({ n, cost: '0.1', tags, startedAtUs: OLD_US + n })));
  nowUs = NOW_US;
  await ledger.append([4, 5].map((n) => madeCall({ n, cost: '1', tags, startedAtUs: NEW_US + n })));
  await ledger.rollUp();
});
afterEach(() => ledger.close());

const ask = (asked: object) =>
  ledger.query(
    parseUsageQuery({ from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z', metrics: ['calls', 'cost'], ...asked }),
  );

test('the rows of old calls are deleted and their sums stay', async () => {
  expect(ledger.keptFromUs()).toBeGreaterThan(OLD_US);
  expect(ledger.keptFromUs()).toBeLessThanOrEqual(NEW_US);
  expect((await ledger.calls({ filters: [], limit: 10 })).calls).toHaveLength(2);
  const { rows, total, expired_calls, source, data_from } = await ask({ groupBy: ['customer_id'] });
  expect({ rows, total, expired_calls, source }).toEqual({
    rows: [{ customer_id: 'acme', calls: 5, cost: '2.3' }],
    total: { calls: 5, cost: '2.3' },
    expired_calls: 0,
    source: 'roll-up',
  });
  expect(data_from).toBe('2026-11-01T09:00:00.000Z');
});

test.each(['user', 'plan'])(
  'by %s, what is only in sums stands under (expired), and all still add up',
  async (name) => {
    const { rows, total, expired_calls, source } = await ask({ groupBy: [name] });
    expect({ rows, total, expired_calls, source }).toEqual({
      rows: [
        { [name]: name === 'user' ? 'ann' : 'pro', calls: 2, cost: '2' },
        { [name]: '(expired)', calls: 3, cost: '0.3' },
      ],
      total: { calls: 5, cost: '2.3' },
      expired_calls: 3,
      source: 'calls',
    });
  },
);

test('percentiles are over the calls that are kept, and the answer says how many are not', async () => {
  const { total, expired_calls } = await ask({ metrics: ['calls', 'duration_ms_p50'] });
  expect([total, expired_calls]).toEqual([{ calls: 5, duration_ms_p50: 1.004 }, 3]);
});

test('a filter by what is not known any more leaves expired calls out, and counts them beside the answer', async () => {
  const filters = [{ field: 'plan', op: 'eq', value: 'pro' }];
  const { total, expired_calls } = await ask({ filters });
  expect([total['calls'], expired_calls]).toEqual([2, 3]);
  const known = await ask({ filters: [...filters, { field: 'customer_id', op: 'eq', value: 'other' }] });
  expect([known.total['calls'], known.expired_calls]).toEqual([0, 0]);
});

test('days off the hour count an expired hour in the day that holds its start', async () => {
  const { rows, expired_calls } = await ask({ grain: 'day', timezone: 'Asia/Kathmandu' });
  expect(rows.map((row) => [row['time'], row['calls']])).toEqual([
    ['2026-10-31T18:15:00.000Z', 3],
    ['2026-11-21T18:15:00.000Z', 2],
  ]);
  expect(expired_calls).toBe(3);
});
