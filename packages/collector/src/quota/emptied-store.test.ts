import { quotaStatus } from '@costspan/quota';
import { attoFromInteger, formatMoney } from '@costspan/usage';
import { afterEach, describe, expect, test } from 'vitest';
import { madeCall } from '../ledger/made-call.contract.ts';
import { openReferenceLedger } from '../ledger/reference-ledger.contract.ts';
import { startAlertReceiver } from './alert-receiver.contract.ts';
import type { QuotaService } from './open-quota.ts';
import { callId, eventually, type QuotaHttp, startQuotaHttp } from './quota-http.contract.ts';
import { REDIS_HINT, REDIS_PROGRAM, startRedisProcess } from './redis-server.contract.ts';
import { openTestQuota } from './test-quota.contract.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const RULES = `rules:
  - id: day
    applies_per: [customer_id]
    limits: [{ cost: "0.01", per: day }, { requests: 5, per: hour, window: sliding }]`;

async function start(section: Readonly<Record<string, unknown>> = {}) {
  const redis = await startRedisProcess();
  cleanups.push(redis.remove);
  const open = async (): Promise<QuotaHttp> => {
    const http = await startQuotaHttp(RULES, { store: redis.url, storeTimeoutMs: 10_000, ...section });
    cleanups.push(() => http.collector.close());
    return http;
  };
  return { redis, open };
}

const tags = { customer_id: 'acme' };
const noticed = (http: QuotaHttp) =>
  eventually(() => expect(http.said.join()).toContain('the quota counters were emptied'));

describe.skipIf(REDIS_PROGRAM === undefined)(`somebody empties the store (${REDIS_PROGRAM ?? REDIS_HINT})`, () => {
  test('everything that the ledger has is counted again, and what was settled since stays', async () => {
    const { redis, open } = await start();
    const http = await open();
    for (const n of [1, 2]) await http.span({ id: callId(n), tags });
    await http.decide({ id: callId(3), tags, hold: { cost: '0.001' } });
    await eventually(async () => expect(await http.standing()).toEqual({ 'day acme': '0.007 0.001 0.01' }));
    await redis.client.flushall();
    // Asked and settled in the empty store, before anybody knows that it was emptied or after: both are counted once.
    await http.post(`/api/v1/quota/decisions/${callId(4)}/settle`, { cost: '0.001' });
    await http.span({ id: callId(5), tags, input: 0, output: 100 });
    await noticed(http);
    await eventually(async () => expect(await http.standing()).toEqual({ 'day acme': '0.008 0 0.01' }));
    // The span of the call that ran when it happened.
    await http.span({ id: callId(3), tags, input: 0, output: 100 });
    await eventually(async () => expect(await http.standing()).toEqual({ 'day acme': '0.009 0 0.01' }));
    expect((await http.decide({ id: callId(9), tags, hold: { cost: '0.002' } })).status).toBe(429);
  });

  test('a limit of the last hour holds again', async () => {
    const { redis, open } = await start();
    const http = await open();
    for (const n of [1, 2, 3, 4, 5]) await http.span({ id: callId(n), tags, input: 1, output: 1 });
    const refused = () => http.decide({ id: callId(100 + Math.random() * 1e6), tags, hold: { cost: '0' } });
    await eventually(async () => expect((await refused()).status).toBe(429));
    await redis.client.flushall();
    await noticed(http);
    await eventually(async () => expect((await refused()).status).toBe(429));
  });

  test('each of two collectors adds the calls of its own ledger, and takes none of the other’s away', async () => {
    const { redis, open } = await start();
    const [one, two] = [await open(), await open()];
    await one.span({ id: callId(1), tags });
    await two.span({ id: callId(2), tags });
    await eventually(async () => expect(await one.standing()).toEqual({ 'day acme': '0.007 0 0.01' }));
    await redis.client.flushall();
    await Promise.all([noticed(one), noticed(two)]);
    await eventually(async () => expect(await two.standing()).toEqual({ 'day acme': '0.007 0 0.01' }));
  });

  test('one of two collectors counts a ledger that both share', async () => {
    const { redis } = await start();
    const ledger = openReferenceLedger(() => Date.now() * 1000);
    await ledger.append([madeCall({ n: 1, startedAtUs: Date.now() * 1000 })]);
    const open = async (): Promise<QuotaService> => {
      const service = await openTestQuota(ledger, RULES, { store: redis.url, alertIntervalMs: 20 }, true);
      cleanups.push(() => service.close());
      return service;
    };
    const [one, two] = [await open(), await open()];
    const used = async ({ desk }: QuotaService) =>
      (await quotaStatus(desk.quota, {}, Date.now())).budgets.map((budget) =>
        formatMoney(attoFromInteger(budget.used)),
      );
    await eventually(async () => expect(await used(one)).toEqual(['0.001']));
    await redis.client.flushall();
    await eventually(async () => expect(await used(one)).toEqual(['0.001']));
    for (let look = 0; look < 20; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      expect(await used(two)).toEqual(['0.001']);
    }
  });

  test('emptied again and again, the counters are right in the end', async () => {
    const { redis, open } = await start();
    const http = await open();
    for (const n of [1, 2]) await http.span({ id: callId(n), tags });
    await eventually(async () => expect(await http.standing()).toEqual({ 'day acme': '0.007 0 0.01' }));
    for (let round = 0; round < 10; round += 1) {
      await redis.client.flushall();
      await new Promise((resolve) => setTimeout(resolve, round * 10));
    }
    await noticed(http);
    await eventually(async () => expect(await http.standing()).toEqual({ 'day acme': '0.007 0 0.01' }));
  });

  test('it is told to the targets of alerts and counted', async () => {
    const receiver = await startAlertReceiver();
    cleanups.push(receiver.close);
    const { redis, open } = await start({ alerts: { hook: receiver.url } });
    const http = await open();
    await http.span({ id: callId(1), tags });
    await eventually(async () => expect(await http.standing()).toEqual({ 'day acme': '0.0035 0 0.01' }));
    await redis.client.flushall();
    await eventually(() => expect(receiver.posts.map(({ body }) => body.type)).toContain('quota.store_emptied'));
    const metrics = await (await fetch(`${http.collector.url}/metrics`)).text();
    expect(metrics).toMatch(/^costspan_collector_quota_store_emptied_total 1$/m);
  });
});
