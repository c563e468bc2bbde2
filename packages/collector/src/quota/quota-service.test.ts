import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { parseConfig } from '../config/parse-config.ts';
import { startCollector } from '../start-collector.ts';
import {
  decisionAnswer,
  explainAnswer,
  refusalAnswer,
  rulesAnswer,
  settlementAnswer,
  statusAnswer,
} from './answer-schemas.ts';
import { callId, eventually, type QuotaHttp, startQuotaHttp } from './quota-http.contract.ts';
import {
  REDIS_HINT,
  REDIS_PROGRAM,
  REDIS_REQUIRED,
  type RedisProcess,
  startRedisProcess,
} from './redis-server.contract.ts';
import { ruleText } from './test-quota.contract.ts';

const FIVE = 'rules: [{ id: five, applies_per: [customer_id], limits: [{ cost: "5.00", per: day }] }]';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(...args: Parameters<typeof startQuotaHttp>): Promise<QuotaHttp> {
  const http = await startQuotaHttp(...args);
  cleanups.push(() => http.collector.close());
  return http;
}

test.runIf(REDIS_REQUIRED)('a Redis server is installed', () => expect(REDIS_PROGRAM, REDIS_HINT).toBeDefined());

describe.each(['memory', 'redis'])('with counters in %s', (kind) => {
  const skips = kind === 'redis' && REDIS_PROGRAM === undefined;
  let redis: RedisProcess | undefined;
  const open = async (rules: string, section: Readonly<Record<string, unknown>> = {}): Promise<QuotaHttp> => {
    if (kind === 'memory') return start(rules, section);
    redis = await startRedisProcess();
    const { remove } = redis;
    cleanups.push(remove);
    return start(rules, { store: redis.url, storeTimeoutMs: 10_000, ...section });
  };

  test.skipIf(skips)(`1,000 parallel decisions of $0.10 against $5.00 admit exactly 50 (${kind})`, async () => {
    const http = await open(FIVE);
    const hold = { cost: '0.10' };
    const asked = await Promise.all(
      Array.from({ length: 1000 }, (_, n) => http.decide({ id: `c-${n}`, tags: { customer_id: 'acme' }, hold })),
    );
    expect(asked.filter(({ status }) => status === 200)).toHaveLength(50);
    expect(asked.filter(({ status }) => status === 429)).toHaveLength(950);
    expect(await http.standing()).toEqual({ 'five acme': '0 5 5' });
    for (const { body } of asked.filter(({ status }) => status === 200)) {
      await http.post(`/api/v1/quota/decisions/${body.id}/settle`, { cost: '0.10' });
    }
    expect(await http.standing()).toEqual({ 'five acme': '5 0 5' });
  });

  test.skipIf(skips)(`a decision, its end and the span of its call count once (${kind})`, async () => {
    const http = await open(FIVE);
    const tags = { customer_id: 'acme' };
    const settle = (n: number, body: object) => http.post(`/api/v1/quota/decisions/${callId(n)}/settle`, body);
    await http.decide({ id: callId(1), tags, hold: { cost: '1' } });
    await http.decide({ id: callId(2), tags, hold: { cost: '1' } });
    await http.decide({ id: callId(3), tags, hold: { cost: '1' } });
    expect((await settle(1, { cost: '0.25' })).body).toEqual({ id: callId(1), outcome: 'ended', was_expired: false });
    expect((await settle(1, { cost: '0.75' })).body.outcome).toBe('repeated');
    expect((await http.post(`/api/v1/quota/decisions/${callId(3)}/release`, {})).body.outcome).toBe('ended');
    // The span of a call that was settled changes nothing; that of one that was not settles it; a third is counted as it is.
    for (const n of [1, 2, 4]) await http.span({ id: callId(n), tags });
    // gpt-4o: 1,000 in at 2.50 and 100 out at 10.00 a million.
    await eventually(async () => expect(await http.standing()).toEqual({ 'five acme': '0.257 0 5' }));
    expect((await settle(2, { cost: '0.9' })).body.outcome).toBe('repeated');
    expect((await settle(9, { cost: '0.9' })).body.outcome).toBe('unknown');
    const recorded = await settle(9, { cost: '0.5', call: { model: 'gpt-4o', tags } });
    expect(settlementAnswer.parse(recorded.body).outcome).toBe('recorded');
    expect(await http.standing()).toEqual({ 'five acme': '0.757 0 5' });
  });

  test.skipIf(skips)(
    `the calls of a grant count once each, whatever their spans or a repetition tell (${kind})`,
    async () => {
      const http = await open(FIVE);
      const tags = { customer_id: 'acme' };
      const call = { model: 'gpt-4o', tags };
      const calls = Array.from({ length: 1000 }, (_, n) => ({ id: callId(n), tokens: 1100, cost: '0.0035' }));
      const settle = () => http.post('/api/v1/quota/decisions/grant-1/settle', { call, calls });
      await http.decide({ id: 'grant-1', tags, hold: { requests: 1000, cost: '4.5' } });
      // The ledger knows two of them before, one while, and two after.
      for (const n of [0, 1]) await http.span({ id: callId(n), tags });
      await http.counted();
      const [first] = await Promise.all([settle(), http.span({ id: callId(2), tags })]);
      expect(settlementAnswer.parse(first.body)).toMatchObject({ id: 'grant-1', outcome: 'ended', was_expired: false });
      expect(first.body.calls.counted + first.body.calls.repeated).toBe(1000);
      expect(await http.standing()).toEqual({ 'five acme': '3.5 0 5' });
      expect((await settle()).body).toMatchObject({
        outcome: 'repeated',
        calls: { counted: 0, repeated: 1000, deferred: 0 },
      });
      for (const n of [3, 4]) await http.span({ id: callId(n), tags });
      await http.counted();
      expect(await http.standing()).toEqual({ 'five acme': '3.5 0 5' });
    },
  );

  test.skipIf(skips)(
    `a grant whose lease ran out or whose id is a call’s own counts its calls once (${kind})`,
    async () => {
      const http = await open(FIVE.replace('limits', 'lease_seconds: 1, limits'));
      const tags = { customer_id: 'acme' };
      const settle = (id: string, body: object) =>
        http.post(`/api/v1/quota/decisions/${id}/settle`, { call: { model: 'gpt-4o', tags }, ...body });
      await http.decide({ id: 'grant-1', tags, hold: { cost: '4' } });
      await eventually(async () => expect(await http.standing()).toEqual({ 'five acme': '0 0 5' }));
      const late = await settle('grant-1', {
        calls: [
          { id: callId(1), cost: '1' },
          { id: callId(1), cost: '1' },
        ],
      });
      expect(late.body).toMatchObject({ outcome: 'ended', was_expired: true, calls: { counted: 1, repeated: 1 } });
      await http.decide({ id: callId(2), tags, hold: { cost: '1' } });
      const own = await settle(callId(2), { calls: [{ id: callId(2), cost: '0.5' }] });
      expect(own.body).toMatchObject({ outcome: 'repeated', calls: { counted: 1 } });
      expect((await settle('grant-3', { calls: [] })).body.outcome).toBe('unknown');
      expect(await http.standing()).toEqual({ 'five acme': '1.5 0 5' });
    },
  );

  test.skipIf(skips)(`a call that another span stands for is taken back (${kind})`, async () => {
    const http = await open(FIVE);
    const tags = { customer_id: 'acme' };
    await http.span({ id: callId(1, 7), tags, input: 4000 });
    await eventually(async () => expect(await http.standing()).toEqual({ 'five acme': '0.011 0 5' }));
    await http.span({ id: callId(2, 7), parent: callId(1).split('-')[1] as string, tags });
    await eventually(async () => expect(await http.standing()).toEqual({ 'five acme': '0.0035 0 5' }));
    const sent = await http.post('/api/v1/usage/query', {
      from: '2020-01-01T00:00:00Z',
      to: '2100-01-01T00:00:00Z',
      metrics: ['cost', 'calls'],
    });
    expect(sent.body.total).toMatchObject({ cost: '0.0035', calls: 1 });
  });

  test.skipIf(skips)(
    `changed rules are in force, and what their buckets used is counted from the ledger (${kind})`,
    async () => {
      const http = await open(FIVE);
      await http.span({ id: callId(1), tags: { customer_id: 'acme', team: 'blue' } });
      await eventually(async () => expect(await http.standing()).toEqual({ 'five acme': '0.0035 0 5' }));
      writeFileSync(
        http.rulesFile,
        ruleText('rules: [{ id: teams, applies_per: [team], limits: [{ tokens: 2000, per: month }] }]'),
      );
      await eventually(async () => expect(await http.standing()).toEqual({ 'teams blue': '1100 0 2000' }));
      writeFileSync(http.rulesFile, ruleText('rules: [{ id: teams, aplies_per: [team], limits: [] }]'));
      await eventually(async () =>
        expect((await http.get('/api/v1/quota/rules')).body.refusal).toMatch(/aplies_per.*line 2/s),
      );
      expect(http.said.filter((message) => message.includes('refused'))).toHaveLength(1);
      expect(http.collector.metrics.get('quotaReloadsRefused')).toBe(1);
      expect((await http.decide({ tags: { team: 'blue' }, hold: { tokens: 901 } })).status).toBe(429);
    },
  );

  test.skipIf(skips)(`a call that is held while the rules change counts under the new ones too (${kind})`, async () => {
    const http = await open(FIVE.replace('limits', 'lease_seconds: 2, limits'));
    const tags = { customer_id: 'acme', team: 'blue' };
    await http.decide({ id: callId(1), tags, hold: { cost: '1' } });
    writeFileSync(
      http.rulesFile,
      ruleText('rules: [{ id: teams, applies_per: [team], limits: [{ tokens: 2000, per: month }] }]'),
    );
    await eventually(async () => expect((await http.get('/api/v1/quota/rules')).body.rules[0].id).toBe('teams'));
    // It ends under the rules that held it, and its span finds it counted.
    await http.post(`/api/v1/quota/decisions/${callId(1)}/settle`, { cost: '0.0035', tokens: 1100 });
    await http.span({ id: callId(1), tags });
    await eventually(async () => expect(await http.standing()).toEqual({ 'teams blue': '1100 0 2000' }));
  });

  test.skipIf(skips)(`what is answered is what the document describes (${kind})`, async () => {
    const http = await open(`${FIVE.slice(0, -1)}, { id: rate, limits: [{ requests: 3, per: minute }] }]`);
    const tags = { customer_id: 'acme' };
    decisionAnswer.parse((await http.decide({ tags, size: { input_bytes: 4000, max_tokens: 100 } })).body);
    const refused = await http.decide({ tags, hold: { cost: '6' } });
    refusalAnswer.parse(refused.body);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    const named = await http.post('/api/v1/quota/decisions', { model: 'gpt-4o', tags }, { 'x-request-id': 'asked-7' });
    expect([named.status, named.headers.get('x-request-id')]).toEqual([200, 'asked-7']);
    expect(refused.headers.get('ratelimit')).toMatch(/^"five;cost\/day";r=\d+;t=\d+, "rate;requests\/minute";r=2/);
    explainAnswer.parse((await http.post('/api/v1/quota/explain', { model: 'gpt-4o', tags })).body);
    statusAnswer.parse((await http.get('/api/v1/quota/status')).body);
    rulesAnswer.parse((await http.get('/api/v1/quota/rules')).body);
  });
});

test('a collector without quotas says so: an empty status, and nothing that decides', async () => {
  const collector = await startCollector(parseConfig({ listen: '127.0.0.1:0', data: ':memory:' }, 'test', {}), {
    say: () => {},
  });
  cleanups.push(() => collector.close());
  const status = await fetch(`${collector.url}/api/v1/quota/status?customer_id=acme`);
  expect([status.status, statusAnswer.parse(await status.json())]).toMatchObject([
    200,
    { configured: false, total: 0 },
  ]);
  expect((await fetch(`${collector.url}/api/v1/quota/decisions`, { method: 'POST' })).status).toBe(404);
});

test('the budgets of several customers are one question, and those of others can be left out', async () => {
  const http = await start(
    'rules: [{ id: c, applies_per: [customer_id], limits: [{ cost: "5", per: day }] }, { id: all, limits: [{ cost: "9", per: day }] }]',
  );
  for (const customer_id of ['acme', 'globex', 'initech'])
    await http.decide({ tags: { customer_id }, hold: { cost: '1' } });
  const acmeAndGlobex = { 'c acme': '0 1 5', 'c globex': '0 1 5' };
  expect(await http.standing('customer_id=acme&customer_id=globex&customer_id=nobody')).toEqual(acmeAndGlobex);
  expect(await http.standing('has=customer_id')).toEqual({ ...acmeAndGlobex, 'c initech': '0 1 5' });
  expect(await http.standing('has=customer_id&customer_id=acme')).toEqual({ 'c acme': '0 1 5' });
  const many = Array.from({ length: 101 }, (_, n) => `customer_id=${n}`).join('&');
  const { status, body } = await http.get(`/api/v1/quota/status?has=model&${many}`);
  expect([status, body.errors.map(({ at }: { at: string }) => at)]).toEqual([400, ['customer_id', 'has']]);
});

test('every mistake of a request is told at its place', async () => {
  const http = await start(FIVE);
  const { status, body } = await http.decide({ model: '', size: { input_tokens: -1 }, holds: {}, subjects: [] });
  expect([status, body.errors.map(({ at }: { at: string }) => at).sort()]).toEqual([
    400,
    ['holds', 'model', 'size.input_tokens'],
  ]);
  const call = { model: 'gpt-4o' };
  const wrong = [
    [{ calls: [] }, 'call'],
    [{ call, calls: [], cost: '1' }, 'calls'],
    [{ call, calls: [{ id: 'a' }, { cost: '1' }] }, 'calls[1].id'],
    [{ call, calls: [{ id: 'a', at: 'noon' }] }, 'calls[0].at'],
    [{ call, calls: Array.from({ length: 1001 }, (_, n) => ({ id: `${n}` })) }, 'calls'],
  ] as const;
  for (const [body, at] of wrong) {
    const { status, body: answer } = await http.post('/api/v1/quota/decisions/grant/settle', body);
    expect([status, answer.errors.map((error: { at: string }) => error.at)]).toEqual([400, [at]]);
  }
  const tags = await http.decide({ tags: { 'Customer-Id': 'x' }, subjects: ['alice', 'user:'] });
  expect([tags.status, tags.body.errors.map(({ at }: { at: string }) => at)]).toEqual([
    400,
    ['tags.Customer-Id', 'subjects[0]', 'subjects[1]'],
  ]);
  const query = await http.get('/api/v1/quota/status?customer=acme&limit=0&rule=none');
  expect([query.status, query.body.errors.map(({ at }: { at: string }) => at)]).toEqual([
    400,
    ['customer', 'rule', 'limit'],
  ]);
});

test.each(['with its length', 'in chunks'])('a body of more than a mebibyte is 413, sent %s', async (how) => {
  const http = await start(FIVE);
  const text = JSON.stringify({ model: 'gpt-4o', padding: 'x'.repeat(1024 * 1024) });
  const chunks = new ReadableStream({
    start: (controller) => {
      controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });
  const body = how === 'in chunks' ? { body: chunks, duplex: 'half' as const } : { body: text };
  const { status } = await fetch(`${http.collector.url}/api/v1/quota/decisions`, { method: 'POST', ...body });
  expect(status).toBe(413);
});

test('a page of another origin cannot use up a budget of its visitor', async () => {
  const http = await start(FIVE);
  const body = { model: 'gpt-4o', hold: { cost: '1' } };
  for (const [site, status] of Object.entries({ 'cross-site': 400, 'same-site': 400, 'same-origin': 200, none: 200 })) {
    expect([site, (await http.post('/api/v1/quota/decisions', body, { 'sec-fetch-site': site })).status]).toEqual([
      site,
      status,
    ]);
  }
  expect(await http.standing()).toEqual({ 'five (untagged)': '0 2 5' });
});

test('ten thousand buckets are shown page by page, each once, in the order asked for', async () => {
  const http = await start('rules: [{ id: c, applies_per: [customer_id], limits: [{ tokens: 100000, per: month }] }]');
  const spans = Array.from({ length: 10_000 }, (_, n) => n);
  const body = (part: number[]) => ({
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: part.map((n) => ({
              traceId: (n + 1).toString(16).padStart(32, '0'),
              spanId: (n + 1).toString(16).padStart(16, '0'),
              name: 'chat',
              startTimeUnixNano: `${BigInt(Date.now()) * 1_000_000n}`,
              endTimeUnixNano: `${BigInt(Date.now()) * 1_000_000n}`,
              attributes: [
                { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
                { key: 'gen_ai.provider.name', value: { stringValue: 'openai' } },
                { key: 'gen_ai.request.model', value: { stringValue: 'gpt-4o' } },
                { key: 'gen_ai.usage.input_tokens', value: { intValue: String(n + 1) } },
                { key: 'costspan.tag.customer_id', value: { stringValue: `c${String(n).padStart(5, '0')}` } },
              ],
            })),
          },
        ],
      },
    ],
  });
  for (let at = 0; at < spans.length; at += 1000) await http.post('/v1/traces', body(spans.slice(at, at + 1000)));
  await eventually(async () => expect((await http.get('/api/v1/quota/status?limit=1')).body.total).toBe(10_000));
  const seen: string[] = [];
  for (let cursor: string | null = '0'; cursor !== null; ) {
    const { body: page } = await http.get(`/api/v1/quota/status?limit=1000&sort=used_ratio&cursor=${cursor}`);
    seen.push(...page.budgets.map((budget: { bucket: { customer_id: string } }) => budget.bucket.customer_id));
    cursor = page.next_cursor;
  }
  expect(seen).toEqual(spans.map((n) => `c${String(n).padStart(5, '0')}`).reverse());
  const one = await http.get('/api/v1/quota/status?customer_id=c00041');
  expect(one.body.budgets.map(({ used }: { used: number }) => used)).toEqual([42]);
  // What Prometheus is told stays bounded.
  await eventually(async () => {
    const text = await (await fetch(`${http.collector.url}/metrics`)).text();
    expect(text.match(/^costspan_quota_used_ratio\{/gm)).toHaveLength(1000);
    expect(text).toContain('costspan_quota_buckets{rule="c",unit="tokens",per="month"} 10000');
  });
});
