import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ledger } from '../../ledger/ledger.ts';
import { madeCall } from '../../ledger/made-call.contract.ts';
import { openReferenceLedger } from '../../ledger/reference-ledger.contract.ts';
import { problem } from '../../query/answer-schemas.ts';
import { metricsExample } from '../examples.ts';
import { truefoundryRoutes } from '../routes.ts';
import { metricsAnswer } from './metrics-body.ts';

const AT_US = Date.UTC(2026, 10, 1, 9, 3) * 1000;
const base = {
  startTs: '2026-11-01T00:00:00.000Z',
  endTs: '2026-11-02T00:00:00.000Z',
  datasource: 'modelMetrics',
  type: 'distribution',
  aggregations: [{ type: 'count', column: 'modelName' }],
};

let ledger: Ledger;
beforeAll(async () => {
  ledger = openReferenceLedger(() => AT_US);
  const call = (n: number, minutes: number, tags: Record<string, string>, cost?: string) =>
    madeCall({
      n,
      cost,
      tags,
      startedAtUs: AT_US + minutes * 60_000_000,
      meters: { input_tokens: 100 * n, output_tokens: n },
    });
  await ledger.append([
    call(1, 0, { user: 'ann@x.io', team: 'red', environment: 'prod', plan: 'pro' }, '0.1'),
    call(2, 1, { user: 'ann@x.io', team: 'blue', environment: 'prod' }, '0.2'),
    call(3, 7, { user: 'bob@x.io', team: 'blue', virtual_account: 'bot' }, '0.4'),
    call(4, 90, {}),
  ]);
});
afterAll(() => ledger.close());

test.each([
  ['a total', {}, [{ total: 4, countModelName: 4 }]],
  [
    'sums and percentiles by model',
    {
      aggregations: [
        { type: 'sum', column: 'inputTokens' },
        { type: 'sum', column: 'outputTokens' },
        { type: 'sum', column: 'costInUSD' },
        { type: 'p50', column: 'latencyMs' },
        { type: 'p90', column: 'latencyMs' },
        { type: 'p99', column: 'timeToFirstTokenMs' },
      ],
      groupBy: ['modelName'],
    },
    [
      {
        modelName: 'gpt-4o-mini',
        total: 4,
        sumInputTokens: 1000,
        sumOutputTokens: 10,
        sumCostInUSD: 0.7,
        p50LatencyMs: 1.002,
        p90LatencyMs: 1.004,
        p99TimeToFirstTokenMs: null,
      },
    ],
  ],
  [
    'users under their odd name, and nobody as null',
    { groupBy: ['userEmail'] },
    [
      { createdBySubjectSlug: 'ann@x.io', total: 2, countModelName: 2 },
      { createdBySubjectSlug: null, total: 1, countModelName: 1 },
      { createdBySubjectSlug: 'bob@x.io', total: 1, countModelName: 1 },
    ],
  ],
  [
    'a metadata key',
    { groupBy: ['metadata.plan'] },
    [
      { 'metadata.plan': null, total: 3, countModelName: 3 },
      { 'metadata.plan': 'pro', total: 1, countModelName: 1 },
    ],
  ],
  [
    'distinct users',
    { aggregations: [{ type: 'countDistinct', column: 'userEmail' }] },
    [{ total: 4, countDistinctUserEmail: 2 }],
  ],
  [
    'five minutes each',
    { type: 'timeseries', interval: '5 minute', endTs: '2026-11-01T09:15:00Z' },
    [
      {
        startTimestamp: '2026-11-01T09:00:00.000Z',
        endTimestamp: '2026-11-01T09:05:00.000Z',
        total: 2,
        countModelName: 2,
      },
      {
        startTimestamp: '2026-11-01T09:10:00.000Z',
        endTimestamp: '2026-11-01T09:15:00.000Z',
        total: 1,
        countModelName: 1,
      },
    ],
  ],
  [
    'hours by seconds, and times as milliseconds',
    { type: 'timeseries', intervalInSeconds: 3600, startTs: Date.UTC(2026, 10, 1), endTs: Date.UTC(2026, 10, 2) },
    [
      {
        startTimestamp: '2026-11-01T09:00:00.000Z',
        endTimestamp: '2026-11-01T10:00:00.000Z',
        total: 3,
        countModelName: 3,
      },
      {
        startTimestamp: '2026-11-01T10:00:00.000Z',
        endTimestamp: '2026-11-01T11:00:00.000Z',
        total: 1,
        countModelName: 1,
      },
    ],
  ],
  [
    'days',
    { type: 'timeseries', interval: '1 day' },
    [
      {
        startTimestamp: '2026-11-01T00:00:00.000Z',
        endTimestamp: '2026-11-02T00:00:00.000Z',
        total: 4,
        countModelName: 4,
      },
    ],
  ],
  [
    'weeks, the last one to its own end',
    { type: 'timeseries', interval: '1 week' },
    [
      {
        startTimestamp: '2026-10-26T00:00:00.000Z',
        endTimestamp: '2026-11-02T00:00:00.000Z',
        total: 4,
        countModelName: 4,
      },
    ],
  ],
])('%s is answered in their shape', async (_, asked, expected) => {
  const { status, body } = await ask({ ...base, ...asked });
  expect([status, body]).toEqual([200, { data: { dataPoints: expected } }]);
  metricsAnswer.parse(body);
});

test.each([
  ['EQUAL', { fieldName: 'userEmail', operator: 'EQUAL', value: 'ann@x.io' }, 2],
  ['NOT_EQUAL', { fieldName: 'userEmail', operator: 'NOT_EQUAL', value: 'ann@x.io' }, 2],
  ['IN', { metadataKey: 'environment', operator: 'IN', value: ['prod', 'test'] }, 2],
  ['NOT_IN', { metadataKey: 'environment', operator: 'NOT_IN', value: ['prod'] }, 2],
  ['a metadata field', { fieldName: 'metadata.plan', operator: 'EQUAL', value: 'pro' }, 1],
  ['STRING_CONTAINS', { fieldName: 'modelName', operator: 'STRING_CONTAINS', value: '4o' }, 4],
  ['STRING_NOT_CONTAINS', { fieldName: 'userEmail', operator: 'STRING_NOT_CONTAINS', value: 'bob' }, 3],
  ['STRING_STARTS_WITH', { fieldName: 'userEmail', operator: 'STRING_STARTS_WITH', value: 'ann' }, 2],
  ['STRING_NOT_STARTS_WITH', { fieldName: 'userEmail', operator: 'STRING_NOT_STARTS_WITH', value: 'ann' }, 2],
  ['STRING_ENDS_WITH', { fieldName: 'userEmail', operator: 'STRING_ENDS_WITH', value: 'x.io' }, 3],
  ['STRING_NOT_ENDS_WITH', { fieldName: 'userEmail', operator: 'STRING_NOT_ENDS_WITH', value: 'x.io' }, 1],
  ['IS_NULL', { fieldName: 'virtualAccount', operator: 'IS_NULL', value: true }, 3],
  ['IS_NULL false', { fieldName: 'virtualAccount', operator: 'IS_NULL', value: false }, 1],
  ['no virtual models', { fieldName: 'virtualModelName', operator: 'IS_NULL', value: true }, 4],
  ['ARRAY_HAS_ANY', { fieldName: 'team', operator: 'ARRAY_HAS_ANY', value: ['red', 'blue'] }, 3],
  ['ARRAY_HAS_NONE', { fieldName: 'team', operator: 'ARRAY_HAS_NONE', value: ['blue'] }, 2],
  ['GREATER_THAN', { fieldName: 'inputTokens', operator: 'GREATER_THAN', value: 200 }, 2],
  ['GREATER_THAN_EQUAL', { fieldName: 'costInUSD', operator: 'GREATER_THAN_EQUAL', value: 0.2 }, 2],
  ['LESS_THAN', { fieldName: 'outputTokens', operator: 'LESS_THAN', value: 2 }, 1],
  ['LESS_THAN_EQUAL', { fieldName: 'latencyMs', operator: 'LESS_THAN_EQUAL', value: 1.002 }, 2],
  ['BETWEEN, both ends', { fieldName: 'inputTokens', operator: 'BETWEEN', value: [200, 300] }, 2],
  ['isFailure', { fieldName: 'isFailure', operator: 'EQUAL', value: true }, 0],
  ['not isFailure', { fieldName: 'isFailure', operator: 'EQUAL', value: false }, 4],
])('the filter %s', async (_, filter, expected) => {
  const { status, body } = await ask({ ...base, filters: [filter] });
  expect(status).toBe(200);
  expect(metricsAnswer.parse(body).data.dataPoints[0]?.total ?? 0).toBe(expected);
});

test.each([
  ['another source', { datasource: 'mcpMetrics' }, ['datasource']],
  ['no source', { datasource: undefined }, ['datasource']],
  ['months', { type: 'timeseries', interval: '1 month' }, ['interval']],
  ['a series without an interval', { type: 'timeseries' }, ['interval']],
  ['a distribution with one', { interval: '1 day' }, ['interval']],
  ['36 hours', { type: 'timeseries', interval: '36 hour' }, ['interval']],
  ['half a minute', { type: 'timeseries', intervalInSeconds: 30 }, ['interval']],
  ['a group of theirs alone', { groupBy: ['virtualModel'] }, ['groupBy[0]']],
  ['a group that is a property of every object', { groupBy: ['constructor'] }, ['groupBy[0]']],
  ['two groups of one name', { groupBy: ['userEmail', 'virtualaccount'] }, ['groupBy[1]']],
  ['a key that is no tag', { groupBy: ['metadata.Big-Key'] }, ['groupBy[0]']],
  ['the percentile of a count', { aggregations: [{ type: 'p99', column: 'inputTokens' }] }, ['aggregations[0]']],
  [
    'the sum of a property of every object',
    { aggregations: [{ type: 'sum', column: 'toString' }] },
    ['aggregations[0]'],
  ],
  ['an operator that is none', { filters: [{ fieldName: 'modelName', operator: 'LIKE', value: 'x' }] }, ['filters[0]']],
  [
    'two fields in one filter',
    { filters: [{ fieldName: 'team', metadataKey: 'team', operator: 'IS_NULL' }] },
    ['filters[0]'],
  ],
  [
    'virtual models',
    { filters: [{ fieldName: 'virtualModelName', operator: 'IS_NULL', value: false }] },
    ['filters[0]'],
  ],
  [
    'a field of theirs alone',
    { filters: [{ fieldName: 'traceId', operator: 'EQUAL', value: 'x' }] },
    ['filters[0].fieldName'],
  ],
  [
    'a text between numbers',
    { filters: [{ fieldName: 'inputTokens', operator: 'BETWEEN', value: ['a', 'b'] }] },
    ['filters[0]'],
  ],
  ['times that are none', { startTs: 'yesterday', endTs: -1 }, ['startTs', 'endTs', 'endTs']],
  ['an end before the start', { endTs: '2026-10-01T00:00:00Z' }, ['endTs']],
  ['everything at once', { groupBy: ['x'], aggregations: [{ type: 'max', column: 'y' }], limit: 5 }, ['limit']],
])('%s is a 400 that names the place', async (_, asked, expected) => {
  const { status, body } = await ask({ ...base, ...asked });
  expect([status, problem.parse(body).errors.map(({ at }) => at)]).toEqual([400, expected]);
});

test('the example of the document is answered', async () => {
  expect((await ask(metricsExample)).status).toBe(200);
});

test('whatever is sent is an answer or a list of mistakes, never a crash', async () => {
  const shaped = fc.record({
    startTs: fc.oneof(fc.constant(base.startTs), fc.anything()),
    endTs: fc.oneof(fc.constant(base.endTs), fc.anything()),
    datasource: fc.constant('modelMetrics'),
    type: fc.constantFrom('distribution', 'timeseries'),
    interval: fc.oneof(fc.constantFrom('1 hour', '7 minute', '0 day'), fc.string()),
    aggregations: fc.array(fc.record({ type: fc.string(), column: fc.string() }), { minLength: 1, maxLength: 2 }),
    groupBy: fc.array(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'team'))),
    filters: fc.array(fc.record({ fieldName: fc.string(), operator: fc.string(), value: fc.anything() })),
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.anything(), shaped), async (body) => {
      expect([200, 400, 422]).toContain((await ask(body)).status);
    }),
    { numRuns: 300 },
  );
});

async function ask(body: unknown): Promise<{ readonly status: number; readonly body: unknown }> {
  const text = JSON.stringify(body) ?? '';
  const response = await truefoundryRoutes(ledger).request('/metrics/query', { method: 'POST', body: text });
  return { status: response.status, body: await response.json() };
}
