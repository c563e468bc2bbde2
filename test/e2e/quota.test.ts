import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  REDIS_HINT,
  REDIS_PROGRAM,
  REDIS_REQUIRED,
  startRedisProcess,
} from '../../packages/collector/src/quota/redis-server.contract.ts';
import { costspan, type Running, scratchDirectory, startCostspan } from './costspan-process.ts';
import { chatSpan, otlpRequest, sendOtlp } from './otlp.ts';
import { queryUsage } from './usage-api.ts';

// Quotas of the real process: parallel callers, kill -9, a store that restarts, mistakes at start.

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const FIVE = `format: costspan.quota/1
rules:
  - { id: five, applies_per: [customer_id], on_store_failure: closed, limits: [{ cost: "5.00", per: month }] }
`;

interface Place {
  readonly data: string;
  readonly config: string;
}

async function place(rules: string, store = 'memory'): Promise<Place> {
  const { path, remove } = await scratchDirectory();
  cleanups.push(remove);
  await writeFile(join(path, 'quota.yaml'), rules);
  const config = join(path, 'costspan.yaml');
  await writeFile(config, `quota: { rules: ${join(path, 'quota.yaml')}, store: "${store}", storeTimeoutMs: 10000 }\n`);
  return { data: join(path, 'data'), config };
}

async function up({ data, config }: Place): Promise<Running> {
  const running = await startCostspan(['up', '--data', data, '--config', config]);
  cleanups.push(() => running.stop('SIGKILL'));
  return running;
}

async function post(
  url: string,
  path: string,
  body: object,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(new URL(`/api/v1/quota/${path}`, url), { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function standing(url: string): Promise<{ used: string; reserved: string }> {
  const response = await fetch(new URL('/api/v1/quota/status?customer_id=acme', url));
  const { budgets } = (await response.json()) as { budgets: { used: string; reserved: string }[] };
  return { used: budgets[0]?.used ?? '0', reserved: budgets[0]?.reserved ?? '0' };
}

const tags = { customer_id: 'acme' };
const callId = (n: number) => `${(n + 1).toString(16).padStart(32, '0')}-${(n + 1).toString(16).padStart(16, '0')}`;
const spanOf = (n: number) => {
  const [traceId, spanId] = callId(n).split('-') as [string, string];
  return chatSpan('acme', { traceId, spanId });
};

test.runIf(REDIS_REQUIRED)('a Redis server is installed', () => expect(REDIS_PROGRAM, REDIS_HINT).toBeDefined());

test('1,000 parallel decisions of $0.10 against $5.00 admit exactly 50', async () => {
  const { url } = await up(await place(FIVE));
  const asked = await Promise.all(
    Array.from({ length: 1000 }, (_, n) =>
      post(url, 'decisions', { id: `c${n}`, model: 'gpt-4o', tags, hold: { cost: '0.10' } }),
    ),
  );
  expect(asked.filter(({ status }) => status === 200)).toHaveLength(50);
  expect(asked.filter(({ status, body }) => status === 429 && body['rule_id'] === 'five')).toHaveLength(950);
});

test('kill -9 between a decision and its end: after the restart the counter is what the ledger says', async () => {
  const where = await place(FIVE);
  let collector = await up(where);
  for (const n of [0, 1, 2]) {
    expect(
      (await post(collector.url, 'decisions', { id: callId(n), model: 'gpt-4o-mini', tags, hold: { cost: '1' } }))
        .status,
    ).toBe(200);
  }
  expect((await post(collector.url, `decisions/${callId(0)}/settle`, { cost: '0.00027' })).body['outcome']).toBe(
    'ended',
  );
  expect((await sendOtlp(collector.url, otlpRequest([spanOf(0), spanOf(1)]))).status).toBe(200);
  await collector.stop('SIGKILL');
  collector = await up(where);
  const { total } = await queryUsage(collector.url, { metrics: ['cost'] });
  expect(await standing(collector.url)).toEqual({ used: total['cost'], reserved: '0' });
  // The third was made after all: its span comes late, and counts once however often it is sent.
  for (let again = 0; again < 2; again += 1) await sendOtlp(collector.url, otlpRequest([spanOf(2)]));
  const after = await queryUsage(collector.url, { metrics: ['cost', 'calls'] });
  expect(after.total['calls']).toBe(3);
  await vi.waitFor(async () => expect((await standing(collector.url)).used).toBe(after.total['cost']), 60_000);
});

describe.skipIf(REDIS_PROGRAM === undefined)(`two collectors and one Redis (${REDIS_PROGRAM ?? REDIS_HINT})`, () => {
  test('share a budget exactly; killed and started again with Redis in the middle, never more than the limit', async () => {
    const redis = await startRedisProcess();
    cleanups.push(redis.remove);
    const [first, second] = [await up(await place(FIVE, redis.url)), await up(await place(FIVE, redis.url))];
    const ask = (url: string, name: string, count: number) =>
      Promise.all(
        Array.from({ length: count }, (_, n) =>
          post(url, 'decisions', { id: `${name}${n}`, model: 'gpt-4o', tags, hold: { cost: '0.10' } }),
        ),
      );
    const before = await Promise.all([ask(first.url, 'a', 15), ask(second.url, 'b', 15)]);
    expect(before.flat().every(({ status }) => status === 200)).toBe(true);
    await redis.kill();
    const away = await ask(first.url, 'x', 3);
    expect(away.map(({ status, body }) => [status, body['reason']])).toEqual(Array(3).fill([503, 'store_unreachable']));
    await redis.start();
    await vi.waitFor(async () => {
      for (const { url } of [first, second]) expect(await standing(url)).toEqual({ used: '0', reserved: '3' });
    }, 60_000);
    const rest = (await Promise.all([ask(first.url, 'c', 100), ask(second.url, 'd', 100)])).flat();
    expect(rest.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(await standing(first.url)).toEqual({ used: '0', reserved: '5' });
  });
});

test('a slip in the rules ends the start with its line, column and what to do', async () => {
  const { config, data } = await place(FIVE.replace('on_store_failure', 'on_store_failur'));
  const { code, stderr } = await costspan(['up', '--data', data, '--config', config, '--listen', '127.0.0.1:0']);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/on_store_failur.*line 3, column \d+.*on_store_failure/s);
});
