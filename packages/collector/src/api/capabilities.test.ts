import { CORRELATION_PAIRS_MIN } from '@costspan/insight';
import { formatMoney, parseMoney, sumMoney } from '@costspan/usage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseConfig } from '../config/parse-config.ts';
import type { PricedCall } from '../ledger/ledger.ts';
import { madeCall } from '../ledger/made-call.contract.ts';
import type { CallDetail, CallsPage } from '../query/calls-query.ts';
import type { CorrelationAnswer } from '../query/correlation.ts';
import type { OrganisationAnswer } from '../query/organisation.ts';
import type { UsageResult, UsageRow } from '../query/usage-query.ts';
import { type Collector, startCollector } from '../start-collector.ts';

// The capabilities of the query API by their numbers, over HTTP, on the ledger that is shipped.

const DAY_MS = 86_400_000;
const FROM_MS = Date.UTC(2026, 9, 1);
const CALLS = 3000;
const from = '2026-10-01T00:00:00Z';
const to = '2026-10-31T00:00:00Z';

const MODELS = ['gpt-4o', 'gpt-4o-mini', 'claude-sonnet-4-5'];
const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;

/** Thirty days of calls for 41 customers and nobody; feature "search" has one heavy template and grows slow on day 20. */
const CALLS_MADE: readonly PricedCall[] = Array.from({ length: CALLS }, (_, n) => {
  const dayOf = Math.floor(n / (CALLS / 30));
  const feature = pick(['search', 'chat', 'summary', undefined], n * 7 + (n >> 3));
  const isHeavy = feature === 'search' && n % 5 === 0;
  const tags = {
    ...(n % 11 === 0 ? {} : { customer_id: `customer-${(n * n) % 41}` }),
    ...(feature === undefined ? {} : { feature_name: feature }),
    environment: pick(['production', 'staging'], n % 7),
    user: `user-${n % 300}`,
    team: pick(['red', 'blue', 'green'], n % 10),
    business_unit: pick(['eu', 'us'], n % 3),
    virtual_account: pick(['web', 'batch'], n % 4),
    ...(n % 6 === 0 ? { plan: pick(['pro', 'free'], n) } : {}),
  };
  const meters = {
    input_tokens: (isHeavy ? 9000 : 900) + (n % 100),
    cache_read_tokens: n % 500,
    output_tokens: 50 + (n % 77),
  };
  const micros = BigInt(meters.input_tokens * 3 + meters.output_tokens * 15) * 10n ** 12n;
  const made = madeCall({
    n,
    tags,
    meters,
    cost: n % 97 === 0 ? undefined : formatMoney(micros as never),
    startedAtUs: (FROM_MS + dayOf * DAY_MS + (n % (CALLS / 30)) * 600_000) * 1000,
  });
  return {
    ...made,
    call: {
      ...made.call,
      requestModel: pick(MODELS, n >> 2),
      operation: pick(['chat', 'chat', 'embeddings', 'responses'], n),
      durationUs: (dayOf >= 20 && feature === 'search' ? 3_000_000 : 500_000) + n * 10,
      timeToFirstChunkUs: 100_000 + n,
      ...(n % 13 === 0 ? { outcome: 'error', errorType: '429' } : {}),
      ...(isHeavy ? { promptId: 'search-long' } : { promptId: 'plain' }),
      conversationId: `conversation-${n % 900}`,
    },
  } as PricedCall;
});

let collector: Collector;
beforeAll(async () => {
  collector = await startCollector(parseConfig("listen: 127.0.0.1:0\ndata: ':memory:'", 'capabilities', {}), {
    say: () => {},
  });
  await collector.ledger.append(CALLS_MADE.slice(0, 2000));
  await collector.ledger.append(CALLS_MADE.slice(2000));
});
afterAll(() => collector.close());

async function get<T>(path: string): Promise<T> {
  return (await (await fetch(`${collector.url}/api/v1${path}`)).json()) as T;
}

async function post<T>(path: string, body: object): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  return (await (
    await fetch(`${collector.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  ).json()) as T;
}

const ask = (asked: object) =>
  post<UsageResult>('/api/v1/usage/query', { from, to, metrics: ['calls', 'cost', 'tokens'], ...asked });

const usd = (calls: readonly PricedCall[]) => formatMoney(sumMoney(calls.flatMap(({ cost }) => cost.total ?? [])));
const tokens = (calls: readonly PricedCall[]) =>
  calls.reduce(
    (sum, { call }) => sum + (call.usage.meters.input_tokens ?? 0) + (call.usage.meters.output_tokens ?? 0),
    0,
  );
const add = (rows: readonly UsageRow[], metric: string) =>
  formatMoney(sumMoney(rows.map((row) => parseMoney(String(row[metric] ?? 0)))));

/** Plain loops: the calls by what `key` says of each. */
function oracle(key: (call: PricedCall) => string): Map<string, PricedCall[]> {
  const groups = new Map<string, PricedCall[]>();
  for (const call of CALLS_MADE) groups.set(key(call), [...(groups.get(key(call)) ?? []), call]);
  return groups;
}

/** Groups equal plain loops, and add up to the total with (untagged) and (other) in them. */
async function sumRule(field: string, key: (call: PricedCall) => string | undefined): Promise<void> {
  const groups = oracle((call) => key(call) ?? '(untagged)');
  const all = await ask({ groupBy: [field], limit: 10_000 });
  expect(new Map(all.rows.map((row) => [row[field], [row['calls'], row['cost'], row['tokens']]]))).toEqual(
    new Map([...groups].map(([name, calls]) => [name, [calls.length, usd(calls), tokens(calls)]])),
  );
  const top = await ask({ groupBy: [field], limit: 1 });
  for (const { rows, total } of [all, top]) {
    for (const metric of ['calls', 'cost', 'tokens']) expect(add(rows, metric)).toBe(String(total[metric]));
  }
  expect(top.rows.length).toBe(Math.min(2, groups.size));
  expect(all.total).toEqual({ calls: CALLS, cost: usd(CALLS_MADE), tokens: tokens(CALLS_MADE) });
}

test('C3: start and knowledge time of a call come back in UTC, to the microsecond', async () => {
  const { calls } = await get<CallsPage>('/calls?limit=1');
  const { started_at, received_at } = await get<CallDetail>(`/calls/${calls[0]?.id}`);
  expect([started_at, received_at]).toEqual([expect.stringMatching(/Z$/), expect.stringMatching(/Z$/)]);
  expect(Date.parse(started_at)).toBe((CALLS_MADE.at(-1)?.call.startedAtUs ?? 0) / 1000);
});

test('C10: any tag is there to group and filter by as soon as its call is', async () => {
  await sumRule('plan', ({ call }) => call.tags['plan']);
  const { fields } = await get<{ fields: { name: string; calls: number }[] }>('/usage/fields');
  expect(fields.find(({ name }) => name === 'plan')?.calls).toBe(500);
  const { values } = await get<{ values: object[] }>('/usage/values?field=plan&prefix=p');
  expect(values).toHaveLength(1);
});

test('C11: failed calls are counted, with their kind', async () => {
  const { rows, total } = await ask({ metrics: ['errors', 'error_rate'], groupBy: ['error_type'] });
  const failed = CALLS_MADE.filter(({ call }) => call.outcome === 'error').length;
  expect(total).toEqual({ errors: failed, error_rate: failed / CALLS });
  expect(rows.find((row) => row['error_type'] === '429')).toEqual({ error_type: '429', errors: failed, error_rate: 1 });
});

test.each(['customer_id', 'business_unit', 'feature_name', 'environment', 'user', 'team', 'virtual_account'])(
  'C16: %s is a dimension of its own',
  (tag) => sumRule(tag, ({ call }) => call.tags[tag]),
);

test('C24: who uses most tokens, exactly, and (other) for the rest', async () => {
  const { rows, total } = await ask({ groupBy: ['customer_id'], orderBy: { field: 'tokens' }, limit: 5 });
  const expected = [...oracle(({ call }) => call.tags['customer_id'] ?? '(untagged)')]
    .map(([name, calls]) => ({ name, tokens: tokens(calls) }))
    .sort((a, b) => b.tokens - a.tokens || (a.name < b.name ? -1 : 1));
  expect(rows.slice(0, 5).map((row) => row['customer_id'])).toEqual(expected.slice(0, 5).map(({ name }) => name));
  expect(rows[5]).toMatchObject({
    customer_id: '(other)',
    tokens: expected.slice(5).reduce((sum, each) => sum + each.tokens, 0),
  });
  expect(add(rows, 'cost')).toBe(total['cost']);
});

test('C25: which features cost most', async () => {
  await sumRule('feature_name', ({ call }) => call.tags['feature_name']);
  expect((await ask({ groupBy: ['feature_name'] })).rows[0]?.['feature_name']).toBe('search');
});

test('C26: shares of teams and customers add up to the whole; a call is of one team', async () => {
  const { rows, total } = await ask({ groupBy: ['team', 'customer_id'], limit: 10_000 });
  expect(add(rows, 'cost')).toBe(total['cost']);
  const byTeam = await ask({ groupBy: ['team'] });
  for (const { team, cost } of byTeam.rows)
    expect(
      add(
        rows.filter((row) => row['team'] === team),
        'cost',
      ),
    ).toBe(cost);
});

test('C27: by model', () => sumRule('model', ({ call }) => call.requestModel));
test('C28: by user', () => sumRule('user', ({ call }) => call.tags['user']));
test('C29: by team', () => sumRule('team', ({ call }) => call.tags['team']));
test('C30: by any tag of one’s own', () => sumRule('tag.plan', ({ call }) => call.tags['plan']));
test('C31: by kind of request', () => sumRule('operation', ({ call }) => call.operation));
test('C32: by environment', () => sumRule('environment', ({ call }) => call.tags['environment']));

test('C33: two- and three-way cross tabs with filters equal the oracle', async () => {
  const isAsked = ({ call, cost }: PricedCall) =>
    call.tags['environment'] === 'production' &&
    (call.tags['team'] === 'red' ||
      ((cost.total ?? 0n) > parseMoney('0.02') && call.requestModel?.startsWith('gpt') === true));
  const filters = [
    { field: 'environment', op: 'eq', value: 'production' },
    {
      any: [
        { field: 'team', op: 'eq', value: 'red' },
        {
          all: [
            { field: 'cost', op: 'gt', value: '0.02' },
            { field: 'model', op: 'starts_with', value: 'gpt' },
          ],
        },
      ],
    },
  ];
  for (const groupBy of [
    ['feature_name', 'model'],
    ['feature_name', 'model', 'customer_id'],
  ]) {
    const of = ({ call }: PricedCall) =>
      groupBy.map((name) => (name === 'model' ? call.requestModel : call.tags[name]) ?? '(untagged)').join(' | ');
    const expected = new Map(
      [...oracle(of)]
        .map(([name, calls]) => [name, calls.filter(isAsked)] as const)
        .filter(([, calls]) => calls.length > 0),
    );
    const { rows, total } = await ask({ groupBy, filters, limit: 10_000 });
    expect(
      new Map(rows.map((row) => [groupBy.map((name) => row[name]).join(' | '), [row['calls'], row['cost']]])),
    ).toEqual(new Map([...expected].map(([name, calls]) => [name, [calls.length, usd(calls)]])));
    expect(total['cost']).toBe(usd(CALLS_MADE.filter(isAsked)));
  }
});

test('C34: every tenant is told apart, page by page, without one lost or twice', async () => {
  const seen: UsageRow[] = [];
  let cursor: string | null | undefined;
  do {
    const page: UsageResult = await ask({ groupBy: ['user'], limit: 70, fold: false, ...(cursor ? { cursor } : {}) });
    seen.push(...page.rows);
    cursor = page.next_cursor;
  } while (cursor !== null);
  expect(new Set(seen.map((row) => row['user'])).size).toBe(300);
  expect([seen.length, add(seen, 'cost')]).toEqual([300, usd(CALLS_MADE)]);
});

test('C35: departments add up to the whole from their teams, and a team that moves counts where it was at the time', async () => {
  const movedAt = '2026-10-16T00:00:00Z';
  const { units, cost } = await post<OrganisationAnswer>('/api/v1/usage/organisation', {
    from,
    to,
    unit: 'team',
    memberships: [
      { unit: 'red', parent: 'product' },
      { unit: 'blue', parent: 'product' },
      { unit: 'blue', parent: 'research', from: movedAt },
      { unit: 'product', parent: 'company' },
      { unit: 'research', parent: 'company' },
    ],
  });
  const total = (name: string) => units.find(({ unit }) => unit === name)?.total;
  const ofTeam = (isOf: (team: string | undefined, isAfter: boolean) => boolean) =>
    usd(CALLS_MADE.filter(({ call }) => isOf(call.tags['team'], call.startedAtUs >= Date.parse(movedAt) * 1000)));
  expect(total('product')).toBe(ofTeam((team, isAfter) => team === 'red' || (team === 'blue' && !isAfter)));
  expect(total('research')).toBe(ofTeam((team, isAfter) => team === 'blue' && isAfter));
  expect(total('research')).not.toBe('0');
  expect(cost).toBe(usd(CALLS_MADE));
  const top = units.filter(({ parent }) => parent === null);
  expect(formatMoney(sumMoney(top.map((each) => parseMoney(each.total))))).toBe(cost);
});

interface Refusal {
  readonly errors: readonly { readonly at: string; readonly code: string }[];
}

test('C35: mistakes of an organisation are told at their places', async () => {
  const refused = async (memberships: readonly object[]) => {
    const { errors } = await post<Refusal>('/api/v1/usage/organisation', { from, to, memberships });
    return errors.map(({ at, code }) => [at, code]);
  };
  expect(
    await refused([
      { unit: 'a', parent: 'b' },
      { unit: 'b', parent: 'a' },
    ]),
  ).toEqual([['memberships', 'ORGANISATION_CIRCLE']]);
  const everyMinute = Array.from({ length: 101 }, (_, minute) => ({
    unit: 'a',
    from: new Date(Date.parse(from) + (minute + 1) * 60_000).toISOString(),
  }));
  expect(await refused(everyMinute)).toEqual([['memberships', 'TOO_LARGE']]);
  expect(await refused([])).toHaveLength(1);
});

test('C36: a call is in the next answer, and the answer says up to when it is complete', async () => {
  const { complete_to, data_from } = await ask({});
  expect(Date.parse(complete_to)).toBeGreaterThan(Date.now() - 60_000);
  expect(data_from).toBe('2026-10-01T00:00:00.000Z');
});

test.each(['calls', 'input_tokens', 'output_tokens', 'duration_ms_p95', 'error_rate', 'cost'])(
  'C37: a graph of %s by day has a point for each',
  async (metric) => {
    const { rows } = await ask({ metrics: [metric], grain: 'day' });
    expect(rows).toHaveLength(30);
    for (const row of rows) expect(Number.isFinite(Number(row[metric]))).toBe(true);
  },
);

test('C38: percentiles are those of the calls themselves, for groups and for the total', async () => {
  const metrics = ['p50', 'p75', 'p90', 'p95', 'p99'].map((name) => `duration_ms_${name}`);
  const { rows, total } = await ask({
    metrics: [...metrics, 'time_to_first_token_ms_p99'],
    groupBy: ['model'],
    limit: 1,
  });
  const at = (calls: readonly PricedCall[], percent: number) => {
    const sorted = calls.map(({ call }) => call.durationUs).sort((a, b) => a - b);
    return (sorted[Math.ceil((sorted.length * percent) / 100) - 1] as number) / 1000;
  };
  const rest = CALLS_MADE.filter(({ call }) => call.requestModel !== rows[0]?.['model']);
  for (const percent of [50, 75, 90, 95, 99]) {
    expect(total[`duration_ms_p${percent}`]).toBe(at(CALLS_MADE, percent));
    expect(rows[1]?.[`duration_ms_p${percent}`]).toBe(at(rest, percent));
  }
});

test('C39: from the total to the customer, the feature and the call, the numbers are equal at each step', async () => {
  const total = (await ask({})).total;
  const customers = (await ask({ groupBy: ['customer_id'], limit: 10_000 })).rows;
  expect(add(customers, 'cost')).toBe(total['cost']);
  const customer = customers[0] as UsageRow;
  const of = { field: 'customer_id', op: 'eq', value: customer['customer_id'] };
  const features = (await ask({ groupBy: ['feature_name'], filters: [of] })).rows;
  expect(add(features, 'cost')).toBe(customer['cost']);
  const feature = features[0] as UsageRow;
  const filters = [of, { field: 'feature_name', op: 'eq', value: feature['feature_name'] }];
  const { calls } = await get<CallsPage>(
    `/calls?limit=1000&orderBy=cost&filters=${encodeURIComponent(JSON.stringify(filters))}`,
  );
  expect(calls).toHaveLength(Number(feature['calls']));
  expect(formatMoney(sumMoney(calls.map(({ cost }) => parseMoney(cost ?? '0'))))).toBe(feature['cost']);
});

test('C40: the cost per call is that of the calls whose cost is known', async () => {
  const { total } = await ask({ metrics: ['cost', 'cost_per_call', 'calls', 'unpriced_calls'] });
  const known = BigInt(Number(total['calls']) - Number(total['unpriced_calls']));
  const exact = parseMoney(String(total['cost']));
  const told = parseMoney(String(total['cost_per_call']));
  // Within half an atto.
  expect(2n * (exact - told * known) <= known && 2n * (exact - told * known) >= -known).toBe(true);
});

test('C41: parts of the counts are parts, and their share is one of sums', async () => {
  const { total } = await ask({
    metrics: ['input_tokens', 'cache_read_tokens', 'output_tokens', 'tokens', 'cache_hit_share'],
  });
  expect(total['tokens']).toBe(Number(total['input_tokens']) + Number(total['output_tokens']));
  expect(total['cache_hit_share']).toBe(Number(total['cache_read_tokens']) / Number(total['input_tokens']));
});

test('C42: what goes together with the tokens of a feature is found with an interval, and nothing is found in noise', async () => {
  const filters = [{ field: 'feature_name', op: 'eq', value: 'search' }];
  const { rows } = await ask({ groupBy: ['user'], filters, limit: 10_000 });
  const used = rows.map((row) => [String(row['user']), Number(row['tokens'])] as const);
  expect(used.length).toBeGreaterThan(CORRELATION_PAIRS_MIN);
  const against = (madeOf: (tokens: number, noise: number) => number) =>
    post<CorrelationAnswer>('/api/v1/usage/correlation', {
      from,
      to,
      groupBy: 'user',
      filters,
      values: Object.fromEntries(
        used.map(([user, tokens], index) => [
          user,
          madeOf(tokens, ((index * 2_654_435_761) % 4_294_967_296) / 4_294_967_296),
        ]),
      ),
    });
  // As many sessions as the tokens allow, give or take a third of the largest; and sessions by a number that has nothing to do with them.
  const most = Math.max(...used.map(([, tokens]) => tokens));
  const planted = await against((tokens, noise) => tokens + (noise * most) / 3);
  expect(planted.pairs).toBe(used.length);
  expect(planted.correlation?.coefficient).toBeGreaterThan(0.5);
  expect(planted.correlation?.low).toBeGreaterThan(0);
  expect(planted.correlation?.high).toBeLessThan(1);
  expect((await against((_, noise) => noise)).correlation).toBeNull();
});

test('C42: a group without calls used nothing', async () => {
  const answer = await post<CorrelationAnswer>('/api/v1/usage/correlation', {
    from,
    to,
    values: { 'customer-3': 5, 'who-never-called': 1 },
  });
  expect(answer).toMatchObject({ correlation: null, pairs: 2, unknown: 0 });
});

test('C43: the template that costs most ranks first, and its dearest calls are found', async () => {
  expect((await ask({ groupBy: ['prompt_id'], orderBy: { field: 'cost_per_call' } })).rows[0]?.['prompt_id']).toBe(
    'search-long',
  );
  const { calls } = await get<CallsPage>('/calls?orderBy=cost&limit=20');
  expect(new Set(calls.map(({ prompt_id }) => prompt_id))).toEqual(new Set(['search-long']));
});

test('C44: the day from which a feature is slow is seen', async () => {
  const filters = [{ field: 'feature_name', op: 'eq', value: 'search' }];
  const { rows } = await ask({ metrics: ['duration_ms_p50'], grain: 'day', filters });
  expect(rows.findIndex((row) => Number(row['duration_ms_p50']) > 1000)).toBe(20);
});

test('C45: a gap is shown as a gap, or as zero on request', async () => {
  const filters = [{ field: 'customer_id', op: 'eq', value: 'customer-3' }];
  const sparse = await ask({ grain: 'hour', filters });
  const whole = await ask({ grain: 'hour', filters, fill: 'zero' });
  expect(whole.rows).toHaveLength(30 * 24);
  expect(sparse.rows.length).toBeLessThan(whole.rows.length);
  expect(whole.rows.filter((row) => row['calls'] !== 0)).toEqual(sparse.rows);
});

test('C46: a local calendar month is compared with the one before, and why it changed sums exactly', async () => {
  const month = {
    from: '2026-10-14T22:00:00Z',
    to: '2026-10-24T22:00:00Z',
    timezone: 'Europe/Berlin',
    compare: 'previous_period',
  };
  const { total, compared_with } = await ask(month);
  expect(compared_with).toEqual({ from: '2026-10-04T22:00:00.000Z', to: '2026-10-14T22:00:00.000Z' });
  interface Drivers {
    readonly change: string;
    readonly effects: Readonly<Record<string, string>>;
    readonly after: { readonly cost: string };
  }
  const { change, effects, after } = await post<Drivers>('/api/v1/usage/drivers', {
    ...month,
    groupBy: ['feature_name', 'model'],
  });
  expect(formatMoney(sumMoney(Object.values(effects).map(parseMoney)))).toBe(change);
  expect(after.cost).toBe(total['cost']);
  const { previous } = total as unknown as { previous: UsageRow };
  expect(formatMoney((parseMoney(after.cost) - parseMoney(change)) as never)).toBe(previous['cost']);
});

test('C46: TrueFoundry’s question is answered at its own place', async () => {
  const { data } = await post<{ data: { dataPoints: { total: number }[] } }>('/api/svc/v1/llm-gateway/metrics/query', {
    startTs: from,
    endTs: to,
    datasource: 'modelMetrics',
    type: 'distribution',
    aggregations: [{ type: 'sum', column: 'inputTokens' }],
    groupBy: ['modelName'],
  });
  expect(data.dataPoints.reduce((sum, { total }) => sum + total, 0)).toBe(CALLS);
});
