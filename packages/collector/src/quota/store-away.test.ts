import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { startAlertReceiver } from './alert-receiver.contract.ts';
import { callId, eventually, type QuotaHttp, startQuotaHttp } from './quota-http.contract.ts';
import { REDIS_HINT, REDIS_PROGRAM, type RedisProcess, startRedisProcess } from './redis-server.contract.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Setting {
  readonly http: QuotaHttp;
  readonly redis: RedisProcess;
}

async function start(mode: string, section: Readonly<Record<string, unknown>> = {}): Promise<Setting> {
  const redis = await startRedisProcess();
  cleanups.push(redis.remove);
  const rules = `rules: [{ id: day, applies_per: [customer_id], on_store_failure: ${mode}, limits: [{ cost: "4", per: day }] }]`;
  const http = await startQuotaHttp(rules, { store: redis.url, storeTimeoutMs: 10_000, replicas: 2, ...section });
  cleanups.push(() => http.collector.close());
  return { http, redis };
}

const ask = (http: QuotaHttp, n: number, cost = '1') =>
  http.decide({ id: callId(n), tags: { customer_id: 'acme' }, hold: { cost } });
const settle = (http: QuotaHttp, n: number, cost = '1') =>
  http.post(`/api/v1/quota/decisions/${callId(n)}/settle`, { cost });

describe.skipIf(REDIS_PROGRAM === undefined)(`the store is away (${REDIS_PROGRAM ?? REDIS_HINT})`, () => {
  test('closed: every call is refused, for the store and not for a limit', async () => {
    const { http, redis } = await start('closed');
    expect((await ask(http, 1)).status).toBe(200);
    await redis.kill();
    const refused = await ask(http, 2);
    expect([refused.status, refused.headers.get('retry-after'), refused.body.reason]).toEqual([
      503,
      '5',
      'store_unreachable',
    ]);
    expect(refused.body.exceeded).toEqual([]);
    expect((await http.get('/api/v1/quota/status')).status).toBe(503);
    expect((await http.post('/api/v1/quota/explain', { model: 'gpt-4o' })).status).toBe(503);
    await redis.start();
    await eventually(async () => expect((await ask(http, 3)).status).toBe(200));
  });

  test('open: every call passes and says that nobody counted; its use is told when the store is back, once', async () => {
    const { http, redis } = await start('open');
    await ask(http, 1);
    await settle(http, 1);
    await redis.kill();
    for (const n of [2, 3, 4, 5, 6]) {
      const answer = await ask(http, n);
      expect([answer.status, answer.body.uncertain.mode]).toEqual([200, 'open']);
      expect((await settle(http, n)).body.outcome).toBe('deferred');
    }
    // The spans of the same calls come while it is away, and after.
    await http.span({ id: callId(2), tags: { customer_id: 'acme' } });
    await redis.start();
    await eventually(async () => expect(await http.standing()).toEqual({ 'day acme': '6 0 4' }));
    await http.span({ id: callId(3), tags: { customer_id: 'acme' } });
    await http.counted();
    expect(await http.standing()).toEqual({ 'day acme': '6 0 4' });
    expect((await ask(http, 9)).status).toBe(429);
  });

  test('calls that never asked and come as spans while it is away count once when it is back', async () => {
    const { http, redis } = await start('open');
    await redis.kill();
    for (const n of [1, 2]) await http.span({ id: callId(n), tags: { customer_id: 'acme' } });
    await eventually(async () => expect(await metric(http, 'costspan_quota_owed')).toBe('2'));
    await redis.start();
    await eventually(async () => expect(await http.standing()).toEqual({ 'day acme': '0.007 0 4' }));
    expect(await metric(http, 'costspan_quota_owed')).toBe('0');
  });

  test('a collector starts without it, and counts as soon as it is there', async () => {
    const redis = await startRedisProcess();
    cleanups.push(redis.remove);
    await redis.kill();
    const rules = 'rules: [{ id: day, applies_per: [customer_id], limits: [{ cost: "4", per: day }] }]';
    const http = await startQuotaHttp(rules, { store: redis.url, storeTimeoutMs: 10_000 });
    cleanups.push(() => http.collector.close());
    expect((await ask(http, 1)).body.uncertain.mode).toBe('open');
    await redis.start();
    await eventually(async () => expect((await ask(http, 2)).body.uncertain).toBeUndefined());
  });

  test('rules that change while it is away lose nothing of what passed before', async () => {
    const { http, redis } = await start('open');
    await redis.kill();
    await ask(http, 1);
    writeFileSync(http.rulesFile, readFileSync(http.rulesFile, 'utf8').replace('cost: "4"', 'cost: "6"'));
    await eventually(async () =>
      expect((await http.get('/api/v1/quota/rules')).body.rules[0].limits[0].amount).toBe('6'),
    );
    await redis.start();
    await eventually(async () => expect(await http.standing()).toEqual({}));
    expect((await settle(http, 1, '2.5')).body.outcome).toBe('recorded');
    expect(await http.standing()).toEqual({ 'day acme': '2.5 0 6' });
  });

  test('degraded: this collector’s share of the limit is counted here', async () => {
    const { http, redis } = await start('degraded');
    await redis.kill();
    const answers = [await ask(http, 1), await ask(http, 2), await ask(http, 3)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers[0]?.body.uncertain.mode).toBe('degraded');
    expect(answers[2]?.body.exceeded[0]).toMatchObject({ limit: '2', reserved: '2' });
    expect(answers[2]?.body.uncertain).toBeDefined();
    await redis.start();
    for (const n of [1, 2]) await settle(http, n);
    await eventually(async () => expect(await http.standing()).toEqual({ 'day acme': '2 0 4' }));
  });

  test('a server that hangs is a store that is away: a decision waits for it no longer than it may', async () => {
    const { http, redis } = await start('open', { storeTimeoutMs: 500 });
    redis.freeze();
    const answer = await ask(http, 1);
    expect([answer.status, answer.body.uncertain.cause]).toEqual([200, 'Command timed out']);
    redis.thaw();
    await eventually(async () => expect((await ask(http, 2)).body.uncertain).toBeUndefined());
  });

  test('going and coming back are said and told once each', async () => {
    const { url, posts, close } = await startAlertReceiver();
    cleanups.push(close);
    const { http, redis } = await start('open', { alerts: { hook: url } });
    await redis.kill();
    await ask(http, 1);
    await ask(http, 2);
    await eventually(() => expect(posts.map(({ body }) => body.type)).toEqual(['quota.store_unreachable']));
    expect(await metric(http, 'costspan_quota_store_up')).toBe('0');
    await redis.start();
    await eventually(() =>
      expect(posts.map(({ body }) => body.type)).toEqual(['quota.store_unreachable', 'quota.store_reachable']),
    );
    expect(http.said.filter((message) => message.includes('cannot be reached'))).toHaveLength(1);
    await eventually(async () => expect(await metric(http, 'costspan_quota_store_up')).toBe('1'));
  });

  test('a decision is one command', async () => {
    const { http, redis } = await start('closed', { burnIntervalMs: 3_600_000, alertIntervalMs: 3_600_000 });
    await ask(http, 0, '0');
    // Nothing runs beside them any more.
    await eventually(async () => expect((await http.get('/api/v1/quota/status')).body.burn_at).not.toBeNull());
    const scripts = async () =>
      Number(/cmdstat_evalsha:calls=(\d+)/.exec(await redis.client.info('commandstats'))?.[1] ?? 0);
    const commands = async () =>
      [...(await redis.client.info('commandstats')).matchAll(/cmdstat_(\S+):calls=/g)].map(([, name]) => name);
    const before = await scripts();
    for (let n = 1; n <= 50; n += 1) await ask(http, n, '0');
    expect((await scripts()) - before).toBe(50);
    expect(await commands()).not.toContain('eval');
  });
});

async function metric(http: QuotaHttp, name: string): Promise<string | undefined> {
  const text = await (await fetch(`${http.collector.url}/metrics`)).text();
  return new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1];
}
