import { beforeEach, expect, test, vi } from 'vitest';
import { ApiError } from '../api/api-error.ts';
import { answerQuery } from './answer-query.ts';
import type { LedgerQuery } from './ledger-query.ts';

const api = vi.hoisted(() => ({ askUsage: vi.fn(), askQuotas: vi.fn(), askDrivers: vi.fn() }));
vi.mock('../api/usage-api.ts', () => api);
beforeEach(() => vi.resetAllMocks());

const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-11-23T00:00:00Z');
const asked = { fromMs: NOW_MS - 3 * DAY_MS, toMs: NOW_MS, timezone: 'UTC' };
const answer = (query: Partial<LedgerQuery>) => answerQuery({ refId: 'A', ...query }, asked, (text) => text, NOW_MS);

test('usage is asked as the query says, and a query without a metric is not asked', async () => {
  api.askUsage.mockResolvedValue({ rows: [{ now: { cost: '0.5' }, before: null }] });
  const [frame] = await answer({ about: 'usage', metrics: ['cost'], grain: 'none' });
  expect(frame?.fields[0]?.values).toEqual([0.5]);
  expect(api.askUsage.mock.calls[0]?.[0]).toMatchObject({ metrics: ['cost'], grain: 'none' });
  expect(await answer({ about: 'usage', metrics: [] })).toEqual([]);
  expect(api.askUsage).toHaveBeenCalledTimes(1);
});

test('budgets are asked for the chosen customers, fullest first', async () => {
  api.askQuotas.mockResolvedValue({ budgets: [] });
  await answer({ about: 'quota', filters: [{ field: 'customer_id', op: 'in', value: 'acme, globex' }] });
  expect(api.askQuotas).toHaveBeenCalledWith({
    sort: 'used_ratio',
    limit: 20,
    only: { customer_id: ['acme', 'globex'] },
  });
});

test('a collector without quotas has an empty table; one that cannot answer is an error', async () => {
  api.askQuotas.mockRejectedValueOnce(new ApiError('missing', 404, 'no quotas', 'r'));
  expect((await answer({ about: 'quota' }))[0]?.length).toBe(0);
  api.askQuotas.mockRejectedValueOnce(new ApiError('busy', 503, 'not now', 'r'));
  await expect(answer({ about: 'quota-events' })).rejects.toThrow('not now');
});

test('price changes are looked for day by day', async () => {
  api.askDrivers.mockResolvedValue({
    groups: [{ group: { model: 'm' }, before: '1', after: '2', change: '1', effects: { price: '0.5' } }],
  });
  const [frame] = await answer({ about: 'price-changes' });
  expect(api.askDrivers).toHaveBeenCalledTimes(3);
  expect(frame?.fields[0]?.values).toEqual([NOW_MS - 3 * DAY_MS, NOW_MS - 2 * DAY_MS, NOW_MS - DAY_MS]);
});
