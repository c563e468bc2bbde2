import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openReferenceLedger } from '../ledger/reference-ledger.contract.ts';
import { Notices } from '../notices.ts';
import { SelfMetrics } from '../self-metrics.ts';
import { type AlertReceiver, startAlertReceiver } from './alert-receiver.contract.ts';
import { callId, eventually, type HttpAnswer, type QuotaHttp, startQuotaHttp } from './quota-http.contract.ts';
import { REDIS_HINT, REDIS_PROGRAM, startRedisProcess } from './redis-server.contract.ts';
import { openRuleFiles } from './rule-files.ts';
import { openTestQuota, ruleFile, scratch } from './test-quota.contract.ts';

// The capabilities of quotas by their numbers, over HTTP. C87 (nothing changes downstream) is the instrumentation's.

const NOON = Date.parse('2026-11-23T12:00:00Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const cleanups: (() => Promise<unknown>)[] = [];
let http: QuotaHttp;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOON });
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  vi.useRealTimers();
});

async function start(...args: Parameters<typeof startQuotaHttp>): Promise<QuotaHttp> {
  http = await startQuotaHttp(...args);
  cleanups.push(http.collector.close);
  return http;
}

async function receiver(): Promise<AlertReceiver> {
  const started = await startAlertReceiver();
  cleanups.push(started.close);
  return started;
}

/** Asks, and settles with what was held when it is let in. */
async function spend(body: object, used: object = {}): Promise<HttpAnswer> {
  const answer = await http.decide(body);
  if (answer.status === 200) await http.post(`/api/v1/quota/decisions/${answer.body.id}/settle`, used);
  return answer;
}

async function statuses(count: number, body: object): Promise<number[]> {
  const seen: number[] = [];
  for (let n = 0; n < count; n += 1) seen.push((await http.decide(body)).status);
  return seen;
}

/** How many of `count` parallel calls are let in. */
async function admitted(count: number, body: object): Promise<number> {
  const answers: HttpAnswer[] = [];
  for (let at = 0; at < count; at += 250) {
    const size = Math.min(250, count - at);
    answers.push(...(await Promise.all(Array.from({ length: size }, () => http.decide(body)))));
  }
  return answers.filter(({ status }) => status === 200).length;
}

const ids = (answer: HttpAnswer): string[] => answer.body.exceeded.map(({ rule_id }: { rule_id: string }) => rule_id);

describe('C64 budgets are enforced', () => {
  test.each([
    ['429', 429],
    ['402', 402],
  ])('a budget without room is answered %s, and there is room again when it resets', async (budgetStatus, status) => {
    await start('rules: [{ id: day, limits: [{ cost: "1.00", per: day }] }]', { budgetStatus });
    expect((await spend({ hold: { cost: '0.99' } })).status).toBe(200);
    const refused = await http.decide({ hold: { cost: '0.02' } });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([status, String(12 * 3600)]);
    expect(refused.body).toMatchObject({ rule_id: 'day', resets_at: '2026-11-24T00:00:00Z' });
    vi.setSystemTime(NOON + DAY_MS / 2);
    expect((await http.decide({ hold: { cost: '0.02' } })).status).toBe(200);
  });
});

test('C65 an alert on a tag is told for that value alone', async () => {
  const { url, posts } = await receiver();
  await start(
    'rules: [{ id: features, applies_per: [feature_name], limits: [{ cost: "10", per: month }], alerts: { thresholds: [50] } }]',
    {
      alerts: { hook: url },
    },
  );
  await spend({ tags: { feature_name: 'search' }, hold: { cost: '5' } });
  await spend({ tags: { feature_name: 'chat' }, hold: { cost: '4.99' } });
  await eventually(() => expect(posts).toHaveLength(1));
  expect(posts[0]?.body).toMatchObject({
    type: 'quota.threshold',
    rule_id: 'features',
    percent: 50,
    count: 1,
    alerts: [{ bucket: { feature_name: 'search' }, used: '5', limit: '10', window_id: '2026-11-01@UTC' }],
  });
});

const PLANS = (overage: string) => `format: costspan.plans/1
default: standard
plans:
  standard: { limits: [{ tokens: 200000, per: month }]${overage} }
  professional: { limits: [{ tokens: 1000000, per: month }] }
customers:
  acme: [{ plan: standard }, { plan: professional, from: 2026-11-24 }]
`;

describe('C69 Standard has 200,000 tokens a month, Professional 1,000,000', () => {
  test.each([
    ['is refused', '', 429],
    ['is overage', ', overage: { price: "0.30", per: 100000 }', 200],
  ])('the 200,001st %s, as the plan says', async (_, overage, status) => {
    await start('rules: []', { plans: ruleFile(PLANS(overage), 'plans.yaml') });
    const tags = { customer_id: 'globex' };
    expect((await spend({ tags, hold: { tokens: 200_000 } })).status).toBe(200);
    expect((await http.decide({ tags, hold: { tokens: 1 } })).status).toBe(status);
  });
});

test('C70 who moves to another plan keeps what was used, neither lost nor doubled', async () => {
  await start('rules: []', { plans: ruleFile(PLANS(''), 'plans.yaml') });
  const tags = { customer_id: 'acme' };
  await spend({ tags, hold: { tokens: 150_000 } });
  expect((await http.decide({ tags, hold: { tokens: 60_000 } })).status).toBe(429);
  vi.setSystemTime(NOON + DAY_MS / 2);
  expect((await spend({ tags, hold: { tokens: 60_000 } })).status).toBe(200);
  expect(await http.standing()).toEqual({ 'plan acme': '210000 0 1000000' });
});

const SEEDS = `name: ratelimits
type: gateway-rate-limiting-config
rules:
  - id: user-limit
    when: { subjects: ["user:alice@example.com"] }
    limit_to: 1000
    unit: requests_per_day
  - id: team-limit
    when: { subjects: ["team:backend"], models: ["openai-main/gpt-4o"] }
    limit_to: 5000
    unit: requests_per_day
  - id: account-limit
    when: { subjects: ["virtualaccount:va-james"] }
    limit_to: 1500
    unit: requests_per_day
`;

describe('C74 users, C75 teams, C76 virtual accounts: N calls a day pass and the next one does not', () => {
  test.each([
    ['C74', 'user:alice@example.com', 1000, 'user-limit'],
    ['C75', 'team:backend', 5000, 'team-limit'],
    ['C76', 'virtualaccount:va-james', 1500, 'account-limit'],
  ])(
    '%s %s: %i',
    async (_, subject, limit, rule) => {
      await start(SEEDS);
      const body = { provider: 'openai-main', model: 'gpt-4o', subjects: [subject] };
      expect(await admitted(limit, body)).toBe(limit);
      const refused = await http.decide(body);
      expect([refused.status, refused.body.rule_id]).toEqual([429, rule]);
      expect((await http.decide({ ...body, subjects: ['user:bob@example.com'] })).status).toBe(200);
    },
    60_000,
  );
});

describe('C77 rule files of gateways load as they are', () => {
  test('the sample is in force', async () => {
    await start(SEEDS);
    const { body } = await http.get('/api/v1/quota/rules');
    expect(body).toMatchObject({ format: 'gateway-rate-limiting-config', refusal: null });
    expect(body.rules.map(({ id }: { id: string }) => id)).toEqual(['user-limit', 'team-limit', 'account-limit']);
  });
  test('a slip is told with its line and column, before anything is opened', async () => {
    const slip = SEEDS.replace('limit_to: 5000', 'limit_too: 5000');
    await expect(startQuotaHttp(slip)).rejects.toThrow(/limit_too.*line 10, column 5.*limit_to/s);
  });
  test('mistakes of rules and plans are told together', async () => {
    const [metrics, notices] = [new SelfMetrics(), new Notices(() => {})];
    const files = {
      rules: ruleFile('rules: [{ id: a }]'),
      plans: ruleFile('format: costspan.plans/1\n', 'plans.yaml'),
    };
    const opening = openRuleFiles({ ...files, metrics, notices, replace: () => {} });
    await expect(opening).rejects.toThrow(/quota\.yaml: rules\[0\].*plans\.yaml:/s);
  });
});

test('C78 subjects, models and metadata all have to match: 32 cases', async () => {
  await start(`rules:
  - id: all
    when: { subjects: ["user:alice", "team:blue"], models: ["openai/gpt-4o"], metadata: { environment: production } }
    limits: [{ requests: 1000, per: day }]`);
  const flags = [false, true];
  for (const isAlice of flags) {
    for (const isBlue of flags) {
      for (const isModel of flags) {
        for (const isProvider of flags) {
          for (const isProduction of flags) {
            const { body } = await http.post('/api/v1/quota/explain', {
              provider: isProvider ? 'openai' : 'azure.ai.openai',
              model: isModel ? 'gpt-4o' : 'gpt-4o-mini',
              tags: { environment: isProduction ? 'production' : 'staging' },
              subjects: [`user:${isAlice ? 'alice' : 'bob'}`, `team:${isBlue ? 'blue' : 'red'}`],
            });
            const row = [isAlice, isBlue, isModel, isProvider, isProduction];
            const matches = (isAlice || isBlue) && isModel && isProvider && isProduction;
            expect([row, body.rules[0].matches]).toEqual([row, matches]);
          }
        }
      }
    }
  }
});

describe('C79 every unit and period', () => {
  const month = Date.parse('2026-12-01T00:00:00Z') - NOON;
  test.each([
    ['requests', 'minute', 61_001],
    ['requests', 'hour', HOUR_MS + MINUTE_MS],
    ['requests', 'day', DAY_MS],
    ['tokens', 'minute', 61_001],
    ['tokens', 'hour', HOUR_MS + MINUTE_MS],
    ['tokens', 'day', DAY_MS],
    ['tokens', 'month', month],
    ['cost', 'day', DAY_MS],
    ['cost', 'week', 7 * DAY_MS],
    ['cost', 'month', month],
    ['cost', 'quarter', Date.parse('2027-01-01T00:00:00Z') - NOON],
    ['cost', 'year', Date.parse('2027-01-01T00:00:00Z') - NOON],
  ])('%s per %s', async (unit, per, laterMs) => {
    await start(`rules: [{ id: u, limits: [{ ${unit}: ${unit === 'cost' ? '"3"' : 3}, per: ${per} }] }]`);
    const body = { hold: { requests: 1, tokens: 1, cost: '1' } };
    expect(await statuses(4, body)).toEqual([200, 200, 200, 429]);
    vi.setSystemTime(NOON + laterMs);
    expect((await http.decide(body)).status).toBe(200);
  });
});

test('C80 each combination of two dimensions has a counter of its own', async () => {
  await start('rules: [{ id: pair, applies_per: [user, model], limits: [{ requests: 1, per: day }] }]');
  const pairs = ['a', 'b'].flatMap((user) =>
    ['gpt-4o', 'gpt-4o-mini'].map((model) => ({ model, subjects: [`user:${user}`] })),
  );
  for (const pair of pairs) expect((await http.decide(pair)).status).toBe(200);
  for (const pair of pairs) expect((await http.decide(pair)).status).toBe(429);
  expect(Object.keys(await http.standing())).toEqual([
    'pair a,gpt-4o',
    'pair a,gpt-4o-mini',
    'pair b,gpt-4o',
    'pair b,gpt-4o-mini',
  ]);
});

const TWO = `rules:
  - { id: wide, limits: [{ requests: 2, per: day }] }
  - { id: narrow, when: { metadata: { team: blue } }, limits: [{ requests: 1, per: day }] }`;

test('C81 in `first` only the first rule that matches may refuse, and all of them count', async () => {
  await start(`evaluation: first\n${TWO}`);
  expect(await statuses(3, { tags: { team: 'blue' } })).toEqual([200, 200, 429]);
  expect((await http.decide({ tags: { team: 'blue' } })).body.rule_id).toBe('wide');
  expect(
    (await http.get('/api/v1/quota/status')).body.budgets.map((budget: { reserved: number }) => budget.reserved),
  ).toEqual([2, 2]);
});

test('C82 in `all` every exceeded rule is named, always in the same order, and explained in both modes', async () => {
  await start(TWO);
  const body = { tags: { team: 'blue' } };
  expect(await statuses(2, body)).toEqual([200, 429]);
  await http.decide({});
  for (let again = 0; again < 3; again += 1) expect(ids(await http.decide(body))).toEqual(['wide', 'narrow']);
  const { body: explained } = await http.post('/api/v1/quota/explain', { model: 'gpt-4o', tags: { team: 'blue' } });
  expect(explained.decisions.all.exceeded).toHaveLength(2);
  expect([explained.decisions.all.decision, explained.decisions.first.decision]).toEqual(['deny', 'deny']);
});

test('C83 the refusal says in English or Arabic which limit, how it stands, and when there is room', async () => {
  await start(
    'timezone: Asia/Riyadh\nrules: [{ id: day, applies_per: [customer_id], limits: [{ cost: "1", per: day }] }]',
  );
  const body = { tags: { customer_id: 'acme' }, hold: { cost: '1.5' } };
  const english = await http.decide(body);
  expect(english.headers.get('content-language')).toBe('en');
  expect(english.body).toMatchObject({
    title: 'Quota exceeded',
    detail:
      'The limit of 1 USD a day (rule "day", customer_id "acme") has no room for this call: 0 USD used, 0 USD reserved, 1.5 USD asked for. There is room again at 2026-11-24T00:00:00+03:00 (Asia/Riyadh).',
    'violated-policies': ['day;cost/day'],
  });
  const arabic = await http.post(
    '/api/v1/quota/decisions',
    { model: 'gpt-4o', ...body },
    { 'accept-language': 'fr, ar-SA;q=0.9' },
  );
  expect([arabic.headers.get('content-language'), arabic.body.title]).toEqual(['ar', 'تم تجاوز الحصة']);
  expect(arabic.body.detail).toContain('2026-11-24T00:00:00+03:00');
});

test('C84 1,000 calls at once: a budget admits exactly its limit, a rate never more', async () => {
  await start(
    'rules: [{ id: b, applies_per: [team], limits: [{ requests: 137, per: day, window: calendar }] }, { id: r, when: { metadata: { team: rate } }, limits: [{ requests: 100, per: minute }] }]',
  );
  expect(await admitted(1000, { tags: { team: 'budget' } })).toBe(137);
  expect(await admitted(1000, { tags: { team: 'rate' } })).toBe(100);
});

test('C85 a trial ends at an instant of the tenant’s zone', async () => {
  await start(
    'timezone: Asia/Kathmandu\nrules: [{ id: trial, trial_ends: 2026-11-24, limits: [{ requests: 100, per: day }] }]',
  );
  const end = Date.parse('2026-11-23T18:15:00Z');
  vi.setSystemTime(end - 1);
  expect((await http.decide({})).status).toBe(200);
  vi.setSystemTime(end);
  const over = await http.decide({});
  expect([over.status, over.body.reason, over.body.rule_id]).toEqual([402, 'trial_ended', 'trial']);
});

describe('C86 thresholds are told once per period', () => {
  const RULES =
    'rules: [{ id: m, applies_per: [customer_id], limits: [{ cost: "100", per: month }], alerts: { thresholds: [50, 75, 90, 100] } }]';
  const percents = (posts: AlertReceiver['posts']) => posts.map(({ body }) => body.percent);

  test('74.9, 75.0, a refund, 75.1: one alert; and none again after a restart', async () => {
    const { url, posts } = await receiver();
    const data = scratch();
    const tags = { customer_id: 'acme' };
    await start(RULES.replace('50, 75, 90, 100', '75'), { alerts: { hook: url } }, { data });
    // gpt-4o: a million tokens in are 2.50.
    await http.span({ id: callId(1), tags, input: 29_960_000, output: 0 });
    await http.span({ id: callId(2, 50), tags, input: 40_000, output: 0 });
    await eventually(async () => expect(await http.standing()).toEqual({ 'm acme': '75 0 100' }));
    await eventually(() => expect(posts).toHaveLength(1));
    // The refund: an inner span takes the place of the second call, and costs nothing.
    await http.span({ id: callId(3, 50), parent: callId(2).split('-')[1] as string, tags, input: 0, output: 0 });
    await eventually(async () => expect(await http.standing()).toEqual({ 'm acme': '74.9 0 100' }));
    await http.span({ id: callId(4), tags, input: 80_000, output: 0 });
    await eventually(async () => expect(await http.standing()).toEqual({ 'm acme': '75.1 0 100' }));
    await cleanups.pop()?.();
    await start(RULES.replace('50, 75, 90, 100', '75, 80'), { alerts: { hook: url } }, { data });
    expect(await http.standing()).toEqual({ 'm acme': '75.1 0 100' });
    await http.span({ id: callId(5), tags, input: 2_000_000, output: 0 });
    await eventually(() => expect(percents(posts)).toEqual([75, 80]));
  });

  test.skipIf(REDIS_PROGRAM === undefined)(`on three replicas (${REDIS_PROGRAM ?? REDIS_HINT})`, async () => {
    const { url, posts } = await receiver();
    const redis = await startRedisProcess();
    cleanups.push(redis.remove);
    const section = { store: redis.url, storeTimeoutMs: 10_000, alerts: { hook: url } };
    const replicas = [await start(RULES, section), await start(RULES, section), await start(RULES, section)];
    for (const [n, cost] of ['49', '1', '26', '14', '10'].entries()) {
      http = replicas[n % 3] as QuotaHttp;
      await spend({ tags: { customer_id: 'acme' }, hold: { cost } });
    }
    await eventually(() => expect(percents(posts).sort()).toEqual([100, 50, 75, 90]));
    // A threshold of another bucket comes after whatever the replicas were still to tell of this one.
    await spend({ tags: { customer_id: 'globex' }, hold: { cost: '50' } });
    await eventually(() => expect(posts.length).toBeGreaterThan(4));
    expect(posts).toHaveLength(5);
  });

  test('5,000 buckets at once are a digest; a receiver that was down loses none', async () => {
    const [json, slack] = [await receiver(), await receiver()];
    slack.answer(503);
    const rules =
      'rules: [{ id: m, applies_per: [customer_id], limits: [{ tokens: 100, per: month }], alerts: { thresholds: [75] } }]';
    const { desk, notifier, close } = await openTestQuota(
      openReferenceLedger(() => NOON * 1000),
      rules,
      {
        alertIntervalMs: HOUR_MS,
        alerts: { json: json.url, chat: { url: `${slack.url}/hook`, format: 'slack', timeoutMs: 1000 } },
      },
    );
    cleanups.push(close);
    for (let n = 0; n < 5000; n += 1) {
      const call = { provider: 'openai', model: 'gpt-4o', tags: { customer_id: `c${n}` } };
      await desk.record(`call-${n}`, call, { tokens: 80 }, NOON);
    }
    await notifier.round(NOON);
    expect(slack.posts).toEqual([]);
    slack.answer(200);
    await notifier.round(NOON + 2 * MINUTE_MS);
    const told = json.posts.flatMap(({ body }) =>
      body.alerts.map((alert: { bucket: object }) => JSON.stringify(alert.bucket)),
    );
    expect([told.length, new Set(told).size, json.posts.length]).toEqual([5000, 5000, 5]);
    expect(slack.posts.map(({ path, body }) => [path, body.text.split('\n')[0], body.text.split('\n').at(-1)])).toEqual(
      [['/hook', 'Quota m: 75 % of the tokens limit per month reached by 5,000 buckets', '… and 4,990 more']],
    );
    await notifier.round(NOON + HOUR_MS);
    expect([json.posts.length, slack.posts.length]).toEqual([5, 1]);
  });
});

test('C88 in a pilot nothing is refused, and as many would have been as then are', async () => {
  const rules = (mode: string) => `rules: [{ id: pilot, mode: ${mode}, limits: [{ requests: 7, per: day }] }]`;
  await start(rules('audit'));
  const audited: HttpAnswer[] = [];
  for (let n = 0; n < 20; n += 1) audited.push(await http.decide({}));
  expect(audited.every(({ status }) => status === 200)).toBe(true);
  const wouldBlock = audited.filter(({ body }) =>
    body.exceeded.some(({ effect }: { effect: string }) => effect === 'audits'),
  );
  await start(rules('enforce'));
  expect((await statuses(20, {})).filter((status) => status === 429)).toHaveLength(wouldBlock.length);
  expect(wouldBlock).toHaveLength(13);
});

test('C89 any level blocks, and use counts on all of them', async () => {
  await start(`rules:
  - { id: org, applies_per: [business_unit], limits: [{ requests: 4, per: day }] }
  - { id: team, applies_per: [team], limits: [{ requests: 3, per: day }] }
  - { id: user, applies_per: [user], limits: [{ requests: 2, per: day }] }
  - { id: key, applies_per: [virtual_account], limits: [{ requests: 1, per: day }] }`);
  const call = (team: string, user: string, key: string) => ({
    tags: { business_unit: 'eu', team, user, virtual_account: key },
  });
  const blockers: (string | undefined)[] = [];
  for (const body of [
    call('t1', 'u1', 'k1'),
    call('t1', 'u1', 'k1'),
    call('t1', 'u1', 'k2'),
    call('t1', 'u1', 'k3'),
    call('t1', 'u2', 'k4'),
    call('t1', 'u3', 'k5'),
    call('t2', 'u4', 'k6'),
    call('t3', 'u5', 'k7'),
  ]) {
    blockers.push((await http.decide(body)).body.rule_id);
  }
  expect(blockers).toEqual([undefined, 'key', undefined, 'user', undefined, 'team', undefined, 'org']);
  expect(await http.standing('rule=org')).toEqual({ 'org eu': '0 4 4' });
});
