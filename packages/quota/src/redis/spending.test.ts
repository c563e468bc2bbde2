import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { formatMoney, parseMoney } from '@costspan/usage';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Quota } from '../engine/quota.ts';
import { quotaStatus } from '../engine/quota-status.ts';
import { rebuildCounters } from '../engine/rebuild.ts';
import { parseRules } from '../rules/read-rules.ts';
import { REDIS_HINT, REDIS_PROGRAM, type RedisServer, startRedis } from './redis-server.contract.ts';
import { RedisStore } from './redis-store.ts';

const NOW = 1_764_000_000_000;
const PROGRAM = new URL('spend-process.contract.ts', import.meta.url);
const RULES = parseRules(
  `format: costspan.quota/1
rules: [{ id: five, on_store_failure: closed, lease_seconds: 60, limits: [{ cost: "5.00", per: day }] }]`,
  'five',
);

let server: RedisServer;
const children: ChildProcess[] = [];
const skips = REDIS_PROGRAM === undefined;

describe.skipIf(skips)(`four processes and one budget of $5.00 in Redis (${REDIS_PROGRAM ?? REDIS_HINT})`, () => {
  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
    await server.remove();
  });

  test('1,000 parallel calls of $0.10: exactly 50 are admitted', async () => {
    const spenders = await Promise.all([0, 1, 2, 3].map((index) => spender(`p${index}`, 250)));
    const results = await Promise.all(spenders.map(run));
    expect(sum(results.map(({ allowed }) => allowed))).toBe(50);
    expect(sum(results.map(({ denied }) => denied))).toBe(950);
    expect(await counters()).toEqual({ used: '5', reserved: '0' });
  });

  test('with the server killed and started again in the middle: never more than 50, and what was told to be admitted was', async () => {
    const spenders = await Promise.all([0, 1, 2, 3].map((index) => spender(`p${index}`, 250)));
    const running = spenders.map(run);
    const watch = server.connect();
    while ((await watch.dbsize()) < 10) await new Promise((resolve) => setImmediate(resolve));
    await server.kill();
    await server.start();
    const results = await Promise.all(running);
    const allowed = sum(results.map((result) => result.allowed));
    expect(allowed).toBeLessThanOrEqual(50);
    const after = await counters();
    expect(after.used).toBe(formatMoney((parseMoney('0.1') * BigInt(allowed)) as never));
    expect(parseMoney(after.used) + parseMoney(after.reserved)).toBeLessThanOrEqual(parseMoney('5'));
  });

  test('kill -9 between reserving and settling: the leases run out, and the counter is what the ledger says', async () => {
    const doomed = await spender('doomed', 30, 'hold');
    expect((await run(doomed)).allowed).toBe(30);
    const ended = once(doomed, 'exit');
    doomed.kill('SIGKILL');
    await ended;
    expect(await counters()).toEqual({ used: '0', reserved: '3' });
    expect(await counters(NOW + 60_000)).toEqual({ used: '0', reserved: '0' });
    // Seven of the calls reached the provider, and the ledger heard of them from elsewhere.
    const ledger = Array.from({ length: 7 }, (_, index) => ({
      id: `doomed-${index}`,
      call: { provider: 'openai', model: 'gpt-4o', tags: {} },
      atMs: NOW,
      cost: parseMoney('0.10'),
    }));
    await rebuildCounters(quota(), 'after the crash', ledger, NOW + 60_000);
    expect(await counters(NOW + 60_000)).toEqual({ used: '0.7', reserved: '0' });
  });

  test('with the server away each fail mode does what the rule says, and the reason is the server', async () => {
    const client = server.connect();
    const engineOf = (mode: string): Quota => {
      const text = `format: costspan.quota/1\nrules: [{ id: ${mode}, on_store_failure: ${mode}, limits: [{ requests: 4, per: day }] }]`;
      return new Quota({ rules: parseRules(text, mode), store: new RedisStore(client), replicas: 2 });
    };
    const [open, closed, degraded] = ['open', 'closed', 'degraded'].map(engineOf) as [Quota, Quota, Quota];
    await server.kill();
    let serial = 0;
    const ask = (engine: Quota, timeoutMs = 20) => {
      serial += 1;
      const call = { provider: 'openai', model: 'gpt-4o', tags: {} };
      return engine.reserve({ id: `away-${serial}`, call }, NOW + serial * 60_000, AbortSignal.timeout(timeoutMs));
    };
    const decisions = async (engine: Quota) => [await ask(engine), await ask(engine), await ask(engine)];
    const timeout = { name: 'TimeoutError' };
    for (const decision of await decisions(open))
      expect(decision).toMatchObject({ kind: 'allow', uncertain: { mode: 'open', cause: timeout } });
    for (const decision of await decisions(closed)) {
      expect(decision).toMatchObject({ kind: 'deny', reason: 'store_unreachable', ruleId: 'closed', cause: timeout });
    }
    expect((await decisions(degraded)).map(({ kind, uncertain }) => [kind, uncertain?.mode])).toEqual([
      ['allow', 'degraded'],
      ['allow', 'degraded'],
      ['deny', 'degraded'],
    ]);
    await server.start();
    expect((await ask(degraded, 60_000)).uncertain).toBeUndefined();
  });

  test('a decision is one command to the server', async () => {
    const engine = quota();
    const ask = (id: string) =>
      engine.reserve(
        { id, call: { provider: 'openai', model: 'gpt-4o', tags: {} }, hold: { cost: parseMoney('0.1') } },
        NOW,
      );
    await ask('first');
    const client = server.connect();
    const before = /cmdstat_evalsha:calls=(\d+)/.exec(await client.info('commandstats'))?.[1];
    for (let index = 0; index < 100; index += 1) await ask(`call-${index}`);
    const after = /cmdstat_evalsha:calls=(\d+)/.exec(await client.info('commandstats'))?.[1];
    expect(Number(after) - Number(before)).toBe(100);
    expect(/cmdstat_(eval|script\|load):calls=(\d+)/.exec(await client.info('commandstats'))?.[2]).toBe('1');
  });
});

function quota(): Quota {
  return new Quota({ rules: RULES, store: new RedisStore(server.connect()) });
}

async function counters(nowMs = NOW): Promise<{ used: string; reserved: string }> {
  const [budget] = (await quotaStatus(quota(), {}, nowMs)).budgets;
  return { used: formatMoney((budget?.used ?? 0n) as never), reserved: formatMoney((budget?.reserved ?? 0n) as never) };
}

async function spender(name: string, calls: number, ending = 'settle'): Promise<ChildProcess> {
  const child = fork(PROGRAM, [server.socket, name, String(calls), ending], {
    execArgv: ['--conditions=@costspan/source', '--disable-warning=ExperimentalWarning'],
  });
  children.push(child);
  await once(child, 'message');
  return child;
}

async function run(child: ChildProcess): Promise<{ allowed: number; denied: number }> {
  const answer = once(child, 'message');
  child.send('go');
  const [result] = await answer;
  return result as { allowed: number; denied: number };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
