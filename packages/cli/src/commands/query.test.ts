import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { runCommand } from '../run-command.contract.ts';

/** An API that remembers what it was asked and answers what it is told to. */
let asked: { url: string; body: unknown; authorization: string | undefined }[] = [];
let answers: { status: number; body: object }[] = [];
const server = createServer(async (request, response) => {
  const body = await text(request);
  const { authorization } = request.headers;
  asked.push({ url: request.url ?? '', body: body === '' ? undefined : JSON.parse(body), authorization });
  const answer = answers.shift() ?? { status: 500, body: {} };
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
afterAll(() => new Promise((resolve) => server.close(resolve)));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const usage = {
  rows: [{ customer_id: 'acme', calls: 3, cost: '0.0106741' }],
  total: { calls: 3, cost: '0.0106741' },
  unpriced_calls: 0,
  complete_to: '2026-11-23T12:00:00Z',
};

beforeEach(() => {
  asked = [];
  answers = [{ status: 200, body: usage }];
});

test('every option is a part of the question', async () => {
  const { code } = await runCommand(
    [
      ...['query', '--url', url, '--from', '2026-10-01', '--to', 'now', '--by', 'customer_id', 'model'],
      ...['--metric', 'calls', 'cost', '--where', 'team=growth', 'cost>0.5', '--any', 'model^=gpt', '!customer_id'],
      ...['--grain', 'week', '--week-start', 'sunday', '--timezone', 'Europe/Berlin', '--fill', 'zero'],
      ...['--compare', '2026-09-01..2026-10-01', '--order', 'calls:asc', '--limit', '5', '--no-fold'],
      ...['--cursor', 'g5.1', '--as-of', '2026-11-20T00:00:00Z'],
    ],
    { env: { COSTSPAN_API_KEY: 'key-1' } },
  );
  expect(code).toBe(0);
  expect(asked).toEqual([
    {
      url: '/api/v1/usage/query',
      authorization: 'Bearer key-1',
      body: {
        from: '2026-10-01T00:00:00.000Z',
        to: '2026-11-23T12:00:00.000Z',
        groupBy: ['customer_id', 'model'],
        metrics: ['calls', 'cost'],
        filters: [
          { field: 'team', op: 'eq', value: 'growth' },
          { field: 'cost', op: 'gt', value: '0.5' },
          {
            any: [
              { field: 'model', op: 'starts_with', value: 'gpt' },
              { field: 'customer_id', op: 'not_exists' },
            ],
          },
        ],
        grain: 'week',
        weekStart: 'sunday',
        timezone: 'Europe/Berlin',
        fill: 'zero',
        compare: { from: '2026-09-01T00:00:00.000Z', to: '2026-10-01T00:00:00.000Z' },
        orderBy: { field: 'calls', direction: 'asc' },
        limit: 5,
        fold: false,
        cursor: 'g5.1',
        asOf: '2026-11-20T00:00:00.000Z',
      },
    },
  ]);
});

test('a plain question asks for no more than it needs', async () => {
  await runCommand(['query', '--url', url]);
  expect(Object.keys(asked[0]?.body as object)).toEqual(['from', 'to', 'groupBy', 'metrics', 'filters']);
});

test('--by with nothing after it asks for the total alone', async () => {
  const { out } = await runCommand(['query', '--url', url, '--metric', 'calls', '--by']);
  expect(asked[0]?.body).toMatchObject({ groupBy: [] });
  expect(out).toBe('calls\n    3\n');
});

test('rows go out as CSV with every digit, the answer as JSON as it is', async () => {
  answers.push({ status: 200, body: usage });
  expect((await runCommand(['query', '--url', url, '--metric', 'calls', 'cost', '--csv'])).out).toBe(
    'customer_id,calls,cost\r\nacme,3,0.0106741\r\n',
  );
  expect(JSON.parse((await runCommand(['query', '--url', url, '--json'])).out)).toEqual(usage);
});

test('a chart asks for the empty buckets, to leave them empty', async () => {
  const { out } = await runCommand(
    ['query', '--url', url, '--by', 'customer_id', '--metric', 'cost', 'errors', '--chart'],
    { env: { LANG: 'C' }, columns: 40 },
  );
  expect(out).toBe('cost_usd\nacme  #######################  0.0106741\n');
  await runCommand(['query', '--url', url, '--metric', 'cost', '--grain', 'day', '--chart']);
  expect(asked.map(({ body }) => body)).toMatchObject([
    { metrics: ['cost', 'calls'] },
    { metrics: ['cost', 'calls'], grain: 'day', fill: 'zero' },
  ]);
});

test('what is not the whole truth is said', async () => {
  answers = [{ status: 200, body: { ...usage, unpriced_calls: 2, late_calls: 1 } }];
  const { out, err } = await runCommand(['query', '--url', url]);
  expect(out).toContain('! 2 calls have no known cost');
  expect(out).toContain('! 1 call arrived long after');
  expect(err).toBe('complete to 2026-11-23T12:00:00Z\n');
});

test('all mistakes that the API finds are shown with their places', async () => {
  const errors = [
    { at: 'metrics[0]', code: 'VALUE_UNKNOWN', message: '"costs" is not known' },
    { at: 'timezone', code: 'TIMEZONE_UNKNOWN', message: '"Mars" is not a time zone' },
  ];
  answers = [
    { status: 400, body: { title: 'Bad Request', status: 400, detail: 'the request has 2 mistakes', errors } },
  ];
  const { code, err } = await runCommand(['query', '--url', url, '--metric', 'costs', '--timezone', 'Mars']);
  expect(code).toBe(1);
  expect(err).toContain('metrics[0]: "costs" is not known');
  expect(err).toContain('timezone: "Mars" is not a time zone');
});

test.each([
  [['--where', 'team growth']],
  [['--json', '--csv']],
  [['--chart', '--compare', 'previous_period']],
  [['--round', '19']],
  [['--limit', '0']],
])('%j is a usage error, and nothing is asked', async (args) => {
  expect(await runCommand(['query', '--url', url, ...args])).toMatchObject({ code: 2 });
  expect(asked).toEqual([]);
});

const call = {
  id: `${'ab'.repeat(16)}-${'cd'.repeat(8)}`,
  started_at: '2026-11-23T11:59:00.250001Z',
  duration_ms: 1234.5,
  provider: 'anthropic',
  model: 'claude-haiku-4-5',
  request_model: 'claude-haiku',
  operation: 'chat',
  outcome: 'ok',
  service: 'api',
  tags: { customer_id: 'acme' },
  usage: { input_tokens: 9514, output_tokens: 44 },
  usage_status: 'reported',
  cost: '0.0106741',
  currency: 'USD',
  cost_status: 'priced',
};

test('calls are listed with what they are found by', async () => {
  answers = [
    { status: 200, body: { calls: [call, { ...call, cost: null, cost_status: 'unpriced' }], next_cursor: 'c1' } },
  ];
  const { out, err } = await runCommand([
    ...['calls', '--url', url, '--where', 'customer_id=acme', '--order', 'cost:asc', '--limit', '2', '--from', '1h'],
  ]);
  const { searchParams } = new URL(asked[0]?.url as string, url);
  expect(Object.fromEntries(searchParams)).toEqual({
    from: '2026-11-23T11:00:00.000Z',
    filters: '[{"field":"customer_id","op":"eq","value":"acme"}]',
    orderBy: 'cost',
    direction: 'asc',
    limit: '2',
  });
  expect(out).toMatchInlineSnapshot(`
    "started              customer  model                       outcome     in  out     ms           cost  id
    2026-11-23 11:59:00  acme      anthropic/claude-haiku-4-5  ok       9,514   44  1,235  0.0106741 USD  abababababababababababababababab-cdcdcdcdcdcdcdcd
    2026-11-23 11:59:00  acme      anthropic/claude-haiku-4-5  ok       9,514   44  1,235       unpriced  abababababababababababababababab-cdcdcdcdcdcdcdcd
    "
  `);
  expect(err).toContain('--cursor c1');
});

test('following shows every call once, oldest first, until it is stopped', async () => {
  const second = { ...call, id: `${'ab'.repeat(16)}-${'ce'.repeat(8)}` };
  answers = [{ status: 200, body: { calls: [second, call], next_cursor: null } }];
  const { code, out } = await runCommand(['calls', '--url', url, '--follow', '--json'], {
    interrupted: async () => {
      while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
      return 'SIGINT';
    },
  });
  expect(code).toBe(0);
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id),
  ).toEqual([call.id, second.id]);
});

test('a call is told with its lines, its card and why', async () => {
  const detail = {
    ...call,
    lines: [
      {
        meter: 'input_tokens',
        quantity: 9514,
        rate: '1',
        per: 1_000_000,
        amount: '0.009514',
        multipliers: [{ name: 'us', factor: '1.1' }],
      },
    ],
    card: { provider: 'anthropic', model: 'claude-haiku-4-5', layer: 'base', version: 'v1' },
    match: 'alias',
    reason: 'rate_missing:web_searches',
    computed_cost: '0.01',
    list_cost: null,
    contracted_cost: null,
    resale_cost: '0.02',
    native: null,
    trace_id: 'ab'.repeat(16),
    parent_span_id: null,
    response_id: 'msg_1',
    error_type: null,
    time_to_first_chunk_ms: 300,
    context: { service_tier: 'standard' },
    received_at: '2026-11-23T12:00:00.000001Z',
  };
  answers = [{ status: 200, body: detail }];
  const { out } = await runCommand(['call', call.id, '--url', url]);
  expect(asked[0]?.url).toBe(`/api/v1/calls/${call.id}`);
  expect(out).toMatchInlineSnapshot(`
    "call         abababababababababababababababab-cdcdcdcdcdcdcdcd
    started      2026-11-23T11:59:00.250001Z, 1,234.5 ms
    first token  300 ms
    received     2026-11-23T12:00:00.000001Z
    model        anthropic/claude-haiku-4-5 (asked for claude-haiku), chat
    served       service_tier=standard
    outcome      ok
    service      api
    tags         customer_id=acme
    usage        input_tokens=9514 output_tokens=44 (reported)
    response     msg_1
    trace        abababababababababababababababab
    card         anthropic/claude-haiku-4-5, layer base, version v1, alias match

    meter         quantity  rate        per  times      amount
    input_tokens     9,514     1  1,000,000  us ×1.1  0.009514
    cost         0.0106741 USD (priced): rate_missing:web_searches
    computed     0.01
    resale       0.02
    "
  `);
});

test('steps of a ladder, fees and an amount in another currency are told apart', async () => {
  const line = (more: object) => ({
    meter: 'input_tokens',
    quantity: 128_000,
    rate: '2',
    per: 1_000_000,
    amount: '0.256',
    ...more,
  });
  const detail = {
    ...call,
    operation: 'chat',
    service: null,
    usage: { input_tokens: 200_000 },
    cost: '0.077556',
    cost_status: 'priced',
    lines: [
      line({}),
      line({ quantity: 72_000, above: 128_000, rate: '4', amount: '0.288' }),
      line({ meter: 'requests', quantity: 10, counted: 1, fee: 'per call', rate: '0.0008', per: 1, amount: '0.008' }),
    ],
    card: null,
    match: null,
    reason: null,
    computed_cost: null,
    list_cost: null,
    contracted_cost: null,
    resale_cost: null,
    native: { currency: 'CNY', cost: '0.552', fx_rate: '0.1405', fx_from: '2026-11-01T00:00:00.000Z' },
    trace_id: 'ab'.repeat(16),
    parent_span_id: null,
    response_id: null,
    error_type: null,
    time_to_first_chunk_ms: null,
    context: {},
    received_at: '2026-11-23T12:00:00.000001Z',
  };
  answers = [{ status: 200, body: detail }];
  const { out } = await runCommand(['call', call.id, '--url', url]);
  expect(out.slice(out.indexOf('meter'))).toMatchInlineSnapshot(`
    "meter                        quantity    rate        per  times  amount
    input_tokens                  128,000       2  1,000,000          0.256
    input_tokens above 128,000     72,000       4  1,000,000          0.288
    requests (per call)         10 (of 1)  0.0008          1          0.008
    cost      0.077556 USD (priced)
    native    0.552 CNY at 0.1405 since 2026-11-01T00:00:00.000Z
    "
  `);
});

test('a call that is not there is one sentence', async () => {
  answers = [{ status: 404, body: { title: 'Not Found', detail: 'the ledger has no call x', errors: [] } }];
  expect(await runCommand(['call', 'x', '--url', url])).toMatchObject({
    code: 1,
    err: 'costspan: the ledger has no call x\n',
  });
});

test('the drivers of a change are told, and each group with what moved it most', async () => {
  const period = (cost: string, calls: number) => ({
    from: '2026-10-01',
    to: '2026-11-01',
    cost,
    calls,
    unpriced_calls: 1,
  });
  const effects = { new_groups: '0', volume: '0.5', price: '-0.2' };
  const group = { group: { model: 'gpt-4o' }, before: '1', after: '1.3', change: '0.3', effects };
  answers = [
    {
      status: 200,
      body: { before: period('1', 10), after: period('1.3', 15), change: '0.3', effects, groups: [group] },
    },
  ];
  const { out } = await runCommand([
    'query',
    '--url',
    url,
    '--drivers',
    '--compare',
    'previous_period',
    '--where',
    'team=a',
  ]);
  expect(asked).toMatchObject([
    {
      url: '/api/v1/usage/drivers',
      body: { compare: 'previous_period', filters: [{ field: 'team', op: 'eq', value: 'a' }] },
    },
  ]);
  expect(asked[0]?.body).not.toHaveProperty('groupBy');
  expect(out).toMatchInlineSnapshot(`
    "period  from        to          calls  cost_usd
    before  2026-10-01  2026-11-01     10         1
    after   2026-10-01  2026-11-01     15       1.3

    driver  change_usd
    volume        +0.5  more or fewer calls
    price         -0.2  prices
    total         +0.3

    model   before  after  change  most by
    gpt-4o       1    1.3   +30 %  volume +0.5
    ! 2 calls have no known cost and are in neither period.
    "
  `);
});

test('what can be asked is listed, and so are the values of a field', async () => {
  answers = [
    {
      status: 200,
      body: {
        metrics: [{ name: 'cost', unit: 'money', description: 'What the calls cost' }],
        fields: [{ name: 'plan', kind: 'tag', description: null, calls: 1200 }],
      },
    },
    { status: 200, body: { field: 'plan', values: [{ value: 'pro', calls: 1200 }], is_truncated: true } },
  ];
  const fields = await runCommand(['query', '--url', url, '--list']);
  const values = await runCommand(['query', '--url', url, '--list', 'plan', '--limit', '1']);
  expect(asked.map((each) => each.url)).toEqual(['/api/v1/usage/fields', '/api/v1/usage/values?field=plan&limit=1']);
  expect(fields.out).toContain('cost    money  What the calls cost');
  expect(fields.out).toContain('plan   tag   1,200');
  expect(values.out).toBe('plan  calls\npro   1,200\nThere are more; ask for them with --limit.\n');
});

test('a trace is a tree with what each part of it costs', async () => {
  const sums = (cost: string | null, calls: number) => ({
    ...{
      calls,
      cost,
      unpriced_calls: cost === null ? calls : 0,
      input_tokens: 9514 * calls,
      output_tokens: 44 * calls,
    },
  });
  const span = (depth: number, kind: string, name: string | null, whole: object) => ({
    ...{ span_id: `${depth}`.repeat(16), depth, kind, name, operation: 'chat', duration_ms: 1200.4, outcome: 'ok' },
    ...{ is_parent_missing: depth === 0, is_in_circle: false, whole },
  });
  answers = [
    {
      status: 200,
      body: {
        trace_id: 'ab'.repeat(16),
        started_at: '2026-11-23T11:59:00Z',
        total: sums('0.0213482', 2),
        spans: [
          span(0, 'agent', 'support', sums('0.0213482', 2)),
          span(1, 'call', 'claude-haiku-4-5', sums('0.0213482', 1)),
          span(1, 'call', null, sums(null, 1)),
        ],
        is_truncated: false,
      },
    },
  ];
  const { out } = await runCommand(['trace', call.id, '--url', url]);
  expect(asked[0]?.url).toBe(`/api/v1/traces/${'ab'.repeat(16)}`);
  expect(out).toMatchInlineSnapshot(`
    "trace abababababababababababababababab, started 2026-11-23T11:59:00Z
    span                                       kind   outcome     ms  calls      in  out   cost_usd  id
    support (its parent is not in the ledger)  agent  ok       1,200      2  19,028   88  0.0213482  0000000000000000
      claude-haiku-4-5                         call   ok       1,200      1   9,514   44  0.0213482  1111111111111111
      chat                                     call   ok       1,200      1   9,514   44          –  1111111111111111
    total                                                                 2  19,028   88  0.0213482
    "
  `);
});
