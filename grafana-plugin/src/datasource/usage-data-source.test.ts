import type { DataSourceInstanceSettings } from '@grafana/data';
import { beforeEach, expect, test, vi } from 'vitest';
import { ApiError } from '../api/api-error.ts';
import type { Check } from '../api/check.ts';
import type { Request } from '../api/transport.ts';
import type { LedgerQuery } from './ledger-query.ts';
import { UsageDataSource, type VariableQuery } from './usage-data-source.ts';

// Grafana is not here: what it would ask for, and what the proxy would answer.
const api = vi.hoisted(() => ({ answer: vi.fn() }));
vi.mock('../api/transport.ts', () => ({
  ask: async (request: Request, check: Check<unknown>) => check(await api.answer(request), 'answer'),
}));
vi.mock('@grafana/data', () => ({
  DataSourceApi: class {},
  LoadingState: { Done: 'Done', Error: 'Error' },
}));
vi.mock('@grafana/runtime', () => ({ getTemplateSrv: () => ({ replace: (text: string) => text }) }));

const source = new UsageDataSource({ id: 1, name: 'Costspan' } as DataSourceInstanceSettings);
const [from, to] = [new Date('2026-11-01T00:00:00Z'), new Date('2026-11-02T00:00:00Z')];
const range = { from, to } as never;
const failed = new ApiError('token', 401, 'the usage API does not take the token', 'r1');
beforeEach(() => api.answer.mockReset());

test('the test of the data source names the version that answers', async () => {
  api.answer.mockResolvedValue({ info: { version: '1.2.0' }, paths: {} });
  expect(await source.testDatasource()).toEqual({ status: 'success', message: 'Costspan 1.2.0 answers.' });
});

test('the test of the data source says why nobody answers, and where to set what', async () => {
  api.answer.mockRejectedValueOnce(failed);
  const { status, message } = await source.testDatasource();
  expect(status).toBe('error');
  expect(message).toContain('does not take the token');
  expect(message).toContain('Plugins, Costspan, Configuration');
});

test('an answer that is not the API’s fails the test of the data source', async () => {
  api.answer.mockResolvedValue({ info: {} });
  expect((await source.testDatasource()).status).toBe('error');
});

test.each<[string, VariableQuery]>([
  ['as text', ' customer_id '],
  ['as older dashboards hold it', { dimension: 'customer_id' }],
])('a variable offers the values of a dimension in the chosen time, named %s', async (_, query) => {
  api.answer.mockResolvedValue({ values: [{ value: 'acme', calls: 3 }, { value: 'globex' }] });
  expect(await source.metricFindQuery(query, { range })).toEqual([
    { text: 'acme', value: 'acme' },
    { text: 'globex', value: 'globex' },
  ]);
  expect(api.answer.mock.calls).toEqual([
    [
      {
        route: 'read',
        path: 'usage/values',
        params: {
          field: 'customer_id',
          limit: '1000',
          from: '2026-11-01T00:00:00.000Z',
          to: '2026-11-02T00:00:00.000Z',
        },
      },
    ],
  ]);
});

test('a variable that follows no time asks for all of it', async () => {
  api.answer.mockResolvedValue({ values: [] });
  expect(await source.metricFindQuery('model')).toEqual([]);
  expect(api.answer.mock.calls[0]?.[0]).toMatchObject({ params: { field: 'model', limit: '1000' } });
  expect(api.answer.mock.calls[0]?.[0]).not.toHaveProperty('params.from');
});

test.each<[string, VariableQuery]>([
  ['nothing', ''],
  ['blanks', '  '],
  ['no dimension', {}],
])('a variable that names %s is not asked', async (_, query) => {
  expect(await source.metricFindQuery(query)).toEqual([]);
  expect(api.answer).not.toHaveBeenCalled();
});

test('a variable whose question is refused says so', async () => {
  api.answer.mockRejectedValueOnce(failed);
  await expect(source.metricFindQuery('customer_id')).rejects.toThrow('does not take the token');
});

const ask = (targets: readonly Partial<LedgerQuery>[], timezone = 'Europe/Berlin') =>
  source.query({
    range: { from, to },
    timezone,
    scopedVars: {},
    targets: targets.map((target, index) => ({ refId: 'ABC'[index], ...target })),
  } as never);
const USAGE = {
  rows: [{ cost: '0.5' }],
  total: { cost: '0.5' },
  unpriced_calls: 0,
  complete_to: '2026-11-02T00:00:00Z',
};

test('a query that fails is told, and the others answer', async () => {
  api.answer.mockResolvedValueOnce(USAGE).mockRejectedValueOnce(failed);
  const { data, state, errors } = await ask([{ metrics: ['cost'], grain: 'none' }, { metrics: ['calls'] }]);
  expect(data).toHaveLength(1);
  expect(state).toBe('Error');
  expect(errors).toEqual([{ message: 'the usage API does not take the token' }]);
});

test('a query that is hidden, or asks for nothing, is not asked', async () => {
  expect(await ask([{ hide: true }, { metrics: [] }])).toEqual({ data: [], state: 'Done' });
  expect(api.answer).not.toHaveBeenCalled();
});

test.each([
  ['utc', 'UTC'],
  ['America/New_York', 'America/New_York'],
  ['browser', Intl.DateTimeFormat().resolvedOptions().timeZone],
])('days are those of the dashboard, %s', async (timezone, asked) => {
  api.answer.mockResolvedValue(USAGE);
  await ask([{ metrics: ['cost'] }], timezone);
  expect(api.answer.mock.calls[0]?.[0]).toMatchObject({ body: { timezone: asked } });
});
