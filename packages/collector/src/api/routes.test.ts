import fc from 'fast-check';
import { inspectRoutes } from 'hono/dev';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Ledger, QueryTooLargeError } from '../ledger/ledger.ts';
import { idOf, madeCall } from '../ledger/made-call.contract.ts';
import { pricedCall } from '../ledger/random-calls.contract.ts';
import { openReferenceLedger } from '../ledger/reference-ledger.contract.ts';
import { type ClosingParts, closingRoutes } from '../periods/closing-routes.ts';
import { callDetail, callsAnswer, problem, usageAnswer } from '../query/answer-schemas.ts';
import { callsParameters, usageQueryBody } from '../query/request-schemas.ts';
import type { QuotaService } from '../quota/open-quota.ts';
import { quotaRoutes } from '../quota/quota-routes.ts';
import { openApiDocument } from './openapi.ts';
import { apiRoutes, truefoundryRoutes } from './routes.ts';

const NOW_US = Date.UTC(2026, 10, 23, 12) * 1000;
let ledger: Ledger;
let said: string[];
beforeEach(() => {
  ledger = openReferenceLedger(() => NOW_US);
  said = [];
});
afterEach(() => ledger.close());

const question = {
  from: '2026-01-01T00:00:00Z',
  to: '2027-01-01T00:00:00Z',
  metrics: ['calls', 'cost', 'input_tokens'],
};

test('a question is answered as the contract prints it', async () => {
  await ledger.append([madeCall({ n: 1, cost: '0.0106741', meters: { input_tokens: 9514 } })]);
  const { status, body } = await ask({ ...question, groupBy: ['customer_id'] });
  expect(status).toBe(200);
  expect(body).toEqual({
    rows: [{ customer_id: 'acme', calls: 1, cost: '0.0106741', input_tokens: 9514 }],
    total: { calls: 1, cost: '0.0106741', input_tokens: 9514 },
    unpriced_calls: 0,
    late_calls: 0,
    expired_calls: 0,
    source: 'calls',
    complete_to: '2026-11-23T12:00:00.000Z',
    data_from: '2026-10-01T00:00:01.000Z',
  });
});

test('every mistake of a question comes back in one problem document', async () => {
  const { status, type, body } = await ask({ ...question, from: 'x', metrics: ['calls', 'y'] });
  expect([status, type]).toEqual([400, 'application/problem+json']);
  expect(problem.parse(body).errors.map(({ at }) => at)).toEqual(['from', 'metrics[1]']);
  expect(body).toMatchObject({
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: 'the request has 2 mistakes',
  });
});

test.each([['{'], [''], ['\u0000'], ['nul']])('the body %j is no JSON and is told so', async (text) => {
  const { status, body } = await send('/usage/query', { method: 'POST', body: text });
  expect([status, problem.parse(body).errors[0]?.code]).toEqual([400, 'BODY_JSON']);
});

test('calls are listed page by page and shown one by one', async () => {
  await ledger.append([1, 2, 3].map((n) => madeCall({ n })));
  const first = callsAnswer.parse((await send('/calls?limit=2&customer_id=acme')).body);
  expect(first.calls.map(({ id }) => id)).toEqual([3, 2].map((n) => idOf(madeCall({ n }))));
  const second = callsAnswer.parse((await send(`/calls?limit=2&cursor=${first.next_cursor}`)).body);
  expect(second).toMatchObject({ calls: [{ id: idOf(madeCall({ n: 1 })) }], next_cursor: null });
  const shown = await send(`/calls/${first.calls[0]!.id}`);
  expect(shown.status).toBe(200);
  expect(callDetail.parse(shown.body)).toMatchObject({
    id: first.calls[0]!.id,
    received_at: '2026-11-23T12:00:00.000Z',
  });
});

test.each([
  '/calls?limit=x',
  '/calls?nobody=1',
  '/calls?cursor=zzz',
  '/calls?filters=x',
  '/calls?filters=[{"field":"cost","op":"eq","value":"1"}]',
  '/usage/fields?limit=0',
  '/usage/values',
  '/usage/values?field=cost',
  '/usage/values?field=team&from=now',
  '/usage/values?field=team&field=user',
])('%s is a bad request', async (path) => {
  const { status, type, body } = await send(path);
  expect([status, type]).toEqual([400, 'application/problem+json']);
  expect(problem.parse(body).errors).toHaveLength(1);
});

test('a call that is not there is not found', async () => {
  const { status, body } = await send(`/calls/${idOf(madeCall({ n: 1 }))}`);
  expect([status, problem.parse(body).detail]).toEqual([404, `the ledger has no call ${idOf(madeCall({ n: 1 }))}`]);
});

test.each([
  ['GET', '/usage/query', 'POST'],
  ['DELETE', '/usage/query', 'POST'],
  ['POST', '/calls', 'GET'],
  ['PUT', '/calls/x', 'GET'],
  ['POST', '/openapi.json', 'GET'],
  ['GET', '/usage/drivers', 'POST'],
  ['GET', '/usage/organisation', 'POST'],
  ['GET', '/usage/correlation', 'POST'],
  ['POST', '/usage/fields', 'GET'],
  ['DELETE', '/usage/values', 'GET'],
  ['POST', '/traces/x', 'GET'],
])('%s %s names the method that works', async (method, path, allow) => {
  const { status, headers } = await send(path, { method });
  expect([status, headers.get('allow')]).toEqual([405, allow]);
});

test('a ledger that is away is a 503 that says when to come back', async () => {
  await ledger.close();
  const drivers = { from: question.from, to: question.to };
  for (const answer of [
    await ask(question),
    await send('/usage/drivers', { method: 'POST', body: JSON.stringify(drivers) }),
    await send('/usage/fields'),
    await send('/usage/values?field=team'),
    await send('/calls'),
    await send('/calls/x'),
    await send('/traces/x'),
  ]) {
    expect([answer.status, answer.type, answer.headers.get('retry-after')]).toEqual([
      503,
      'application/problem+json',
      '2',
    ]);
    expect(problem.parse(answer.body).errors[0]?.code).toBe('LEDGER_CLOSED');
  }
  expect(said).toEqual([]);
});

test('a question beyond the bounds is a 422 that says what to ask instead', async () => {
  const broken = {
    ...ledger,
    query: () => Promise.reject(new QueryTooLargeError('QUERY_ROWS', 'use a smaller limit')),
  };
  const { status, body } = await ask(question, broken);
  expect([status, problem.parse(body).detail]).toEqual([422, 'use a smaller limit']);
});

test('a defect is a 500 that shows nothing to the caller and everything to the operator', async () => {
  const broken = { ...ledger, query: () => Promise.reject(new Error('secret path /data')) };
  const { status, body } = await ask(question, broken);
  expect([status, JSON.stringify(body).includes('secret')]).toEqual([500, false]);
  expect(said).toEqual([expect.stringContaining('POST /usage/query failed: Error: secret path /data')]);
});

test('real answers are what the document describes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(pricedCall, { minLength: 1, maxLength: 8 }), async (calls) => {
      await ledger.append(calls);
      const { body } = await ask({
        ...question,
        groupBy: ['customer_id', 'plan'],
        grain: 'week',
        timezone: 'Asia/Tokyo',
      });
      usageAnswer.parse(body);
      callsAnswer.parse((await send('/calls?limit=1000')).body);
      for (const call of calls) callDetail.parse((await send(`/calls/${idOf(call)}`)).body);
    }),
    { numRuns: 20 },
  );
});

test('the document describes every route, parameter and field, and nothing else', async () => {
  const document = openApiDocument() as unknown as Document;
  expect((await send('/openapi.json')).body).toEqual(JSON.parse(JSON.stringify(document)));
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  );
  const routes = apiRoutes(
    ledger,
    undefined,
    quotaRoutes({} as QuotaService, () => {}),
    undefined,
    undefined,
    closingRoutes({ opened: { periods: {}, reratings: {} }, source: {}, prices: {} } as unknown as ClosingParts),
  );
  const asked =
    /\/(query|drivers|organisation|correlation|decisions|settle|release|extend|explain|erasures|close|reratings)$/;
  const served = [...inspectRoutes(routes), ...inspectRoutes(truefoundryRoutes(ledger))]
    .filter(({ method, path }) => method === 'GET' || (method === 'POST' && asked.test(path)))
    .map(({ method, path }) => `${method} ${path}`);
  expect([...new Set(described)].sort()).toEqual([...new Set(served)].sort());
  const parameters = document.paths['/calls']!['get']!.parameters!.map(({ name }) => name);
  expect(parameters).toEqual(
    expect.arrayContaining([...Object.keys(callsParameters.shape), 'customer_id', 'tag.{key}']),
  );
  for (const { name, description } of document.paths['/calls']!['get']!.parameters!) {
    expect([name, typeof description]).toEqual([name, 'string']);
  }
  const { schemas } = document.components;
  expect(Object.keys(schemas['UsageQuery']!.properties).sort()).toEqual(Object.keys(usageQueryBody.shape).sort());
  for (const [name, schema] of Object.entries(schemas)) {
    expect([name, typeof schema.description, Object.keys(schema.properties).length > 0]).toEqual([
      name,
      'string',
      true,
    ]);
  }
  for (const [name, property] of Object.entries(schemas['UsageQuery']!.properties)) {
    expect([name, typeof property.description]).toEqual([name, 'string']);
  }
  // Every reference leads somewhere.
  for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
    expect(schemas[name as string]).toBeDefined();
  }
});

interface Document {
  readonly paths: Record<string, Record<string, { parameters?: { name: string; description?: string }[] }>>;
  readonly components: {
    schemas: Record<string, { description?: string; properties: Record<string, { description?: string }> }>;
  };
}

function ask(body: unknown, from: Ledger = ledger) {
  return send('/usage/query', { method: 'POST', body: JSON.stringify(body) }, from);
}

async function send(path: string, init: RequestInit = {}, from: Ledger = ledger) {
  const response = await apiRoutes(from, (message) => said.push(message)).request(path, init);
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    headers: response.headers,
    body: (await response.json()) as unknown,
  };
}
