import { parseMoney } from '@costspan/usage';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Quota } from '../engine/quota.ts';
import { parseRules } from '../rules/read-rules.ts';
import { quotaStoreContract } from '../store/quota-store.contract.ts';
import { REDIS_HINT, REDIS_PROGRAM, REDIS_REQUIRED, startRedis } from './redis-server.contract.ts';
import { RedisStore } from './redis-store.ts';

const NOW = 1_764_000_000_000;
const COUNTER = {
  group: 'rule|cost/month|2026-11-01@UTC',
  kind: 'budget',
  sliceMs: 0,
  endsMs: NOW + 86_400_000,
  limit: { hi: 0, lo: 0 },
  marks: [],
} as const;

test.runIf(REDIS_REQUIRED)('a Redis server is installed', () => expect(REDIS_PROGRAM, REDIS_HINT).toBeDefined());

describe.skipIf(REDIS_PROGRAM === undefined)(`Redis (${REDIS_PROGRAM ?? REDIS_HINT})`, () => {
  quotaStoreContract(async () => {
    const server = await startRedis();
    return { store: new RedisStore(server.connect()), close: () => server.remove() };
  });

  test('a long list is read in short scripts, and a counter that rises meanwhile is among them', async () => {
    const server = await startRedis();
    onTestFinished(() => server.remove());
    const client = server.connect();
    const store = new RedisStore(client);
    const use = (bucket: string, hi: number) =>
      store.record(`${bucket}-${hi}`, [{ ...COUNTER, bucket, amount: { hi, lo: 0 } }], NOW);
    await Promise.all(Array.from({ length: 1200 }, (_, n) => use(`b-${n}`, n + 1)));
    let scripts = 0;
    const rising = new RedisStore({
      script: (command, script) => client.script(command, script),
      evalsha: async (...args) => {
        const answer = await client.evalsha(...args);
        scripts += 1;
        if (scripts === 1) await use('b-3', 1_000_000);
        return answer;
      },
    });
    const { counters, total } = await rising.list(COUNTER.group, 1_000_000, NOW);
    expect([total, counters.length, new Set(counters.map(({ key }) => key)).size]).toEqual([1200, 1200, 1200]);
    expect(counters[0]).toMatchObject({ key: `${COUNTER.group}|b-3`, used: { hi: 1_000_004 } });
    expect(scripts).toBeGreaterThan(4);
    expect((await store.list(COUNTER.group, 300, NOW)).counters.map(({ used }) => used.hi).slice(-2)).toEqual([
      903, 902,
    ]);
  });

  test('a replica that may not be written is a store that cannot be reached, and a flushed server starts anew', async () => {
    const server = await startRedis();
    onTestFinished(() => server.remove());
    const client = server.connect();
    const rules = parseRules(
      'format: costspan.quota/1\nrules: [{ id: two, on_store_failure: closed, limits: [{ requests: 2, per: lifetime }] }]',
      'test',
    );
    const quota = new Quota({ rules, store: new RedisStore(client) });
    const ask = async (id: string) => {
      const decision = await quota.reserve({ id, call: { provider: 'openai', model: 'gpt-4o', tags: {} } }, NOW);
      return decision.kind === 'allow' ? 'allow' : decision.reason;
    };
    expect(await ask('a')).toBe('allow');
    await client.replicaof('127.0.0.1', '1');
    expect(await ask('b')).toBe('store_unreachable');
    expect((await quota.settle('a', {}, NOW)).kind).toBe('deferred');
    await client.replicaof('NO', 'ONE');
    expect(await quota.flush()).toBe(true);
    expect([await ask('c'), await ask('d')]).toEqual(['allow', 'limit']);
    // Scripts and counters are gone; what the ledger knows is counted again by `rebuildCounters`.
    await client.flushall();
    await client.script('FLUSH');
    expect([await ask('e'), await ask('f'), await ask('g')]).toEqual(['allow', 'allow', 'limit']);
  });

  test('all keys of a store lie in one slot of a cluster', async () => {
    const server = await startRedis();
    onTestFinished(() => server.remove());
    const client = server.connect();
    const rules = parseRules(
      'format: costspan.quota/1\nrules: [{ id: c, applies_per: [customer_id], limits: [{ cost: "1", per: day }, { requests: 9, per: minute }], alerts: { thresholds: [1] } }]',
      'test',
    );
    const quota = new Quota({ rules, store: new RedisStore(client) });
    for (const customer of ['{a}', 'b}{c', '']) {
      const call = { provider: 'openai', model: 'gpt-4o', tags: { customer_id: customer } };
      await quota.reserve({ id: `{${customer}}`, call, hold: { cost: parseMoney('0.5') } }, NOW);
      await quota.settle(`{${customer}}`, {}, NOW);
    }
    const keys = await client.keys('*');
    expect(keys.length).toBeGreaterThan(8);
    expect(keys.filter((key) => /\{(.*?)\}/.exec(key)?.[1] !== 'quota')).toEqual([]);
  });
});
