import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApiDocument } from '../api/openapi.ts';
import { callSpan, type KeyHttp, SENT_FROM, SENT_TO, startKeyHttp } from './key-http.contract.ts';

/** Stands in the calls of the other customer, and in no question. */
const SECRET = 'secret-of-globex';
const OURS = [1, 2, 3, 4, 5, 6].map((n) =>
  callSpan(n, {
    customer_id: 'acme',
    feature_name: n % 2 === 0 ? 'chat' : 'search',
    team: `team-${n % 3}`,
    plan: 'pro',
  }),
);
const THEIRS = [101, 102, 103, 104].map((n) =>
  callSpan(
    n,
    { customer_id: 'globex', feature_name: `${SECRET}-feature`, team: SECRET, user: SECRET, secret_of_globex: SECRET },
    'gpt-4o-mini',
  ),
);
const NOBODYS = [callSpan(201, { team: SECRET })];

/** The same collector without and with calls of others: a portal key must not be able to tell which one it asks. */
interface World {
  readonly http: KeyHttp;
  readonly portal: string;
  readonly admin: string;
}
let alone: World;
let crowded: World;

beforeAll(async () => {
  [alone, crowded] = [await world([OURS]), await world([THEIRS, OURS, NOBODYS])];
}, 60_000);
afterAll(() => Promise.all([alone.http.close(), crowded.http.close()]));

async function world(batches: readonly (readonly object[])[]): Promise<World> {
  const http = await startKeyHttp({ access: { requestsPerMinute: 0, portalRequestsPerMinute: 0 } });
  const admin = http.make({ role: 'admin' });
  const portal = http.make({ role: 'portal', customers: ['acme'] });
  for (const spans of batches) expect((await http.sendSpans(admin, spans)).status).toBe(200);
  return { http, admin, portal };
}

interface Asked {
  readonly path: string;
  readonly init?: RequestInit;
}

const post = (path: string, body: unknown): Asked => ({ path, init: { method: 'POST', body: JSON.stringify(body) } });
const question = { from: SENT_FROM, to: SENT_TO, metrics: ['cost', 'calls', 'input_tokens'] };
const idOf = (span: object): string => {
  const { traceId, spanId } = span as { readonly traceId: string; readonly spanId: string };
  return `${traceId}-${spanId}`;
};
const THEIR_ID = idOf(THEIRS[0] as object);
const NO_ID = `${'f'.repeat(32)}-${'f'.repeat(16)}`;

/** What differs between any two moments: instants of asking and of receiving, and where they stand in a cursor. */
function settled(text: string): string {
  return text
    .replaceAll(/20\d\d-\d\d-\d\d[T ][\d:.]+(Z|[+-]\d\d:?\d\d)?/g, (at) => (at.startsWith('2025-11') ? at : '<now>'))
    .replaceAll(/\b\d{16}\b/g, (us) => (us.startsWith('17627') ? us : '<now>'))
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>');
}

const TOLD = /^(content-type|allow|retry-after|costspan-.*|content-disposition|etag)$/;

async function answerOf({ http }: World, token: string, { path, init }: Asked) {
  const answer = await http.ask(path, token, init);
  const headers = [...answer.headers]
    .filter(([name]) => TOLD.test(name))
    .map(([name, value]) => [name, settled(value)]);
  return { status: answer.status, headers, text: settled(await answer.text()) };
}

/** Asks both, and gives the answer when they are the same and hold nothing of others. */
async function sameAnswer(asked: Asked) {
  const [one, two] = await Promise.all([
    answerOf(alone, alone.portal, asked),
    answerOf(crowded, crowded.portal, asked),
  ]);
  expect(two).toEqual(one);
  expect(two.text).not.toContain(SECRET);
  return two;
}

describe('a portal key of acme learns nothing of globex', () => {
  const doors: readonly (readonly [string, Asked])[] = [
    ['by grouping', post('/api/v1/usage/query', { ...question, groupBy: ['customer_id', 'team', 'model'] })],
    ['by the groups that are folded', post('/api/v1/usage/query', { ...question, groupBy: ['customer_id'], limit: 1 })],
    [
      'by filters',
      post('/api/v1/usage/query', { ...question, filters: [{ field: 'customer_id', op: 'eq', value: 'globex' }] }),
    ],
    [
      'by filters that ask for anybody else',
      post('/api/v1/usage/query', {
        ...question,
        filters: [
          {
            any: [
              { field: 'customer_id', op: 'neq', value: 'acme' },
              { field: 'customer_id', op: 'not_exists' },
              { field: 'customer_id', op: 'in', value: ['(untagged)', '(other)', '(expired)'] },
            ],
          },
        ],
      }),
    ],
    [
      'by a comparison',
      post('/api/v1/usage/query', { ...question, compare: { from: SENT_FROM, to: SENT_TO }, groupBy: ['customer_id'] }),
    ],
    ['by pages of groups', post('/api/v1/usage/query', { ...question, groupBy: ['team'], fold: false, limit: 1 })],
    ['by the past', post('/api/v1/usage/query', { ...question, asOf: '2025-11-20T00:00:00Z' })],
    ['by drivers', post('/api/v1/usage/drivers', { from: SENT_FROM, to: SENT_TO, groupBy: ['customer_id', 'model'] })],
    [
      'by what departments cost',
      post('/api/v1/usage/organisation', {
        from: SENT_FROM,
        to: SENT_TO,
        unit: 'customer_id',
        memberships: [{ unit: 'globex', parent: 'acme' }],
      }),
    ],
    [
      'by what goes together with usage',
      post('/api/v1/usage/correlation', { from: SENT_FROM, to: SENT_TO, values: { globex: 1, acme: 2, initech: 3 } }),
    ],
    ['by the keys of tags', { path: '/api/v1/usage/fields' }],
    ['by the values of a field', { path: '/api/v1/usage/values?field=customer_id' }],
    ['by the values of a tag', { path: '/api/v1/usage/values?field=team&prefix=secret' }],
    ['by calls', { path: '/api/v1/calls?limit=1000' }],
    ['by calls of somebody else', { path: '/api/v1/calls?customer_id=globex&customer_id=(untagged)' }],
    ['by a cursor into the calls of somebody else', { path: `/api/v1/calls?cursor=1762999999999999-${THEIR_ID}` }],
    ['by the id of a call', { path: `/api/v1/calls/${THEIR_ID}` }],
    ['by the id of a trace', { path: `/api/v1/traces/${THEIR_ID.slice(0, 32)}` }],
    ['by export as CSV', { path: `/api/v1/usage/export?format=csv&from=${SENT_FROM}&to=${SENT_TO}` }],
    ['by export as NDJSON', { path: `/api/v1/usage/export?format=ndjson&from=${SENT_FROM}&to=${SENT_TO}&limit=1` }],
    ['by quotas', { path: '/api/v1/quota/status' }],
    ['by the metrics', { path: '/metrics' }],
    ['by its own report', { path: `/api/v1/portal/report?from=${SENT_FROM}&to=${SENT_TO}` }],
    [
      'by the report of somebody else',
      { path: `/api/v1/portal/report?from=${SENT_FROM}&to=${SENT_TO}&customer_id=globex` },
    ],
    ['by errors', post('/api/v1/usage/query', { ...question, groupBy: ['globex', 'cost', 'Globex'] })],
    [
      'by the question of another gateway',
      post('/api/svc/v1/llm-gateway/metrics/query', {
        startTs: SENT_FROM,
        endTs: SENT_TO,
        datasource: 'modelMetrics',
        type: 'distribution',
        aggregations: [{ type: 'count' }],
        groupBy: ['modelName'],
      }),
    ],
  ];
  test.each(doors)('%s', async (_, asked) => {
    await sameAnswer(asked);
  });

  test('and sees all of its own', async () => {
    const own = await sameAnswer(post('/api/v1/usage/query', { ...question, groupBy: ['customer_id'] }));
    expect(JSON.parse(own.text)).toMatchObject({ rows: [{ customer_id: 'acme', calls: OURS.length }] });
    const { calls } = JSON.parse((await sameAnswer({ path: '/api/v1/calls' })).text) as { calls: { id: string }[] };
    expect(calls.map(({ id }) => id).sort()).toEqual(OURS.map(idOf).sort());
    expect((await sameAnswer({ path: `/api/v1/calls/${calls[0]?.id}` })).status).toBe(200);
  });

  test('a call of somebody else is answered byte for byte like one that never was', async () => {
    const [theirs, none] = await Promise.all([
      answerOf(crowded, crowded.portal, { path: `/api/v1/calls/${THEIR_ID}` }),
      answerOf(crowded, crowded.portal, { path: `/api/v1/calls/${NO_ID}` }),
    ]);
    expect(theirs.status).toBe(404);
    expect({ ...theirs, text: theirs.text.replaceAll(THEIR_ID, NO_ID) }).toEqual(none);
    expect((await crowded.http.ask(`/api/v1/calls/${THEIR_ID}`, crowded.admin)).status).toBe(200);
  });

  test('a cursor goes on where its page ended, and tells no instant of others', async () => {
    const asked = { ...question, groupBy: ['team'], fold: false, limit: 1 };
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const answer = await crowded.http.ask('/api/v1/usage/query', crowded.portal, {
        method: 'POST',
        body: JSON.stringify({ ...asked, ...(cursor === undefined ? {} : { cursor }) }),
      });
      const page = (await answer.json()) as {
        rows: { team: string }[];
        next_cursor: string | null;
        complete_to: string;
      };
      seen.push(...page.rows.map(({ team }) => team));
      const asOfMs = Number(page.next_cursor?.split('.')[1] ?? 0) / 1000;
      if (cursor === undefined) expect(asOfMs).toBe(Date.parse(page.complete_to));
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen.sort()).toEqual(['team-0', 'team-1', 'team-2']);
  });
});

const TEXTS = [
  'acme',
  'globex',
  '(untagged)',
  '(other)',
  '(expired)',
  'team-1',
  'gpt-4o',
  'gpt-4o-mini',
  'x',
  '',
  '%',
  "'",
];
const FIELDS = [
  'customer_id',
  'team',
  'user',
  'model',
  'feature_name',
  'plan',
  'tag.team',
  'agent',
  'service',
  'no such',
  'cost',
];
const INSTANTS = [SENT_FROM, SENT_TO, '2025-11-10T12:00:00Z', '2025-11-10T12:00:03Z', 'yesterday'];
const IDS = [...OURS, ...THEIRS, ...NOBODYS].map(idOf).concat(NO_ID, 'none', THEIR_ID.slice(0, 32));

const text = fc.constantFrom(...TEXTS);
const field = fc.constantFrom(...FIELDS);
const leaf = fc.record(
  {
    field,
    op: fc.constantFrom(
      'eq',
      'neq',
      'in',
      'not_in',
      'exists',
      'not_exists',
      'contains',
      'not_contains',
      'starts_with',
      'gt',
      'lte',
    ),
    value: fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.integer({ min: -1, max: 2000 })),
  },
  { requiredKeys: ['field', 'op'] },
);
const condition = fc.oneof(
  leaf,
  fc.record({ any: fc.array(leaf, { minLength: 1, maxLength: 3 }) }),
  fc.record({ all: fc.array(leaf, { minLength: 1, maxLength: 3 }) }),
);
const usageBody = fc.record(
  {
    from: fc.constantFrom(...INSTANTS),
    to: fc.constantFrom(...INSTANTS),
    metrics: fc.subarray(['cost', 'calls', 'input_tokens', 'unpriced_calls', 'customers', 'duration_p95_ms'], {
      minLength: 1,
    }),
    groupBy: fc.uniqueArray(field, { maxLength: 3 }),
    filters: fc.array(condition, { maxLength: 3 }),
    grain: fc.constantFrom('none', 'day', 'hour', 'month'),
    limit: fc.constantFrom(1, 2, 100),
    fold: fc.boolean(),
    fill: fc.constantFrom('none', 'zero'),
    compare: fc.constantFrom('previous_period', 'previous_year'),
    asOf: fc.constantFrom(...INSTANTS),
  },
  { requiredKeys: ['from', 'to', 'metrics'] },
);

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: object;
  readonly servers?: readonly { readonly url: string }[];
}

/** Any request to any route that the document names: a new route is asked too, without a word here. */
const anyRequest: fc.Arbitrary<Asked> = fc
  .constantFrom(
    ...Object.entries((openApiDocument() as { paths: Record<string, Record<string, Operation>> }).paths).flatMap(
      ([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    ),
  )
  .chain(({ path, method, operation }) => {
    const inQuery = (operation.parameters ?? [])
      .filter((parameter) => parameter.in === 'query')
      .map(({ name }) => name);
    const value = fc.oneof(
      text,
      field,
      fc.constantFrom(...INSTANTS),
      fc.constantFrom('1', '2', 'asc', 'csv', 'ndjson', 'focus'),
    );
    const parameter = fc.tuple(fc.constantFrom('customer_id', 'tag.team', ...inQuery), value);
    return fc
      .record({
        id: fc.constantFrom(...IDS),
        range: fc.boolean(),
        parameters: fc.array(parameter, { maxLength: 3 }),
        body: fc.oneof(
          { weight: 4, arbitrary: usageBody },
          fc.json({ maxDepth: 2 }).map((json) => JSON.parse(json) as object),
        ),
      })
      .map(({ id, range, parameters, body }): Asked => {
        const query = new URLSearchParams([
          ...(range
            ? [
                ['from', SENT_FROM],
                ['to', SENT_TO],
              ]
            : []),
          ...parameters.filter(([name]) => !range || !['from', 'to'].includes(name)),
        ]);
        const base = operation.servers?.[0]?.url ?? '/api/v1';
        const target = `${base}${path.replaceAll(/\{\w+\}/g, id)}${query.size === 0 ? '' : `?${query}`}`;
        return {
          path: target,
          init: {
            method: method.toUpperCase(),
            ...(operation.requestBody === undefined ? {} : { body: JSON.stringify(body) }),
          },
        };
      });
  });

test('whatever a portal key asks of whatever route, the calls of others make no difference', async () => {
  await fc.assert(
    fc.asyncProperty(anyRequest, async (asked) => {
      await sameAnswer(asked);
    }),
    { numRuns: Number(process.env['COSTSPAN_PORTAL_RUNS'] ?? 250) },
  );
}, 300_000);
