import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRules, Quota, quotaStatus } from '@costspan/quota';
import { RedisStore } from '@costspan/quota/redis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

const PROGRAM = ['redis-server', 'valkey-server'].find((name) => spawnSync(name, ['--version']).status === 0);
const HINT = 'needs a Redis server: apt-get install redis-server';
const PROCESSES = 4;
const LIMIT = 50;
/** A lease of two seconds, so that what a killed process held is soon given back. */
const RULES = `format: costspan.quota/1
rules: [{ id: acme, applies_per: [customer_id], on_store_failure: closed, lease_seconds: 2, limits: [{ requests: ${LIMIT}, per: lifetime }] }]
`;
const ANSWER = JSON.stringify({
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o-2024-11-20',
  choices: [{ index: 0, message: { role: 'assistant', content: 'blue' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 },
});

test.runIf(process.env['COSTSPAN_REQUIRE_ALL'] === '1')('a Redis server is installed', () =>
  expect(PROGRAM, HINT).toBeDefined(),
);

describe.skipIf(PROGRAM === undefined)(`${PROCESSES} applications and one budget in Redis (${PROGRAM ?? HINT})`, () => {
  const home = mkdtempSync(join(tmpdir(), 'costspan-hook-redis-'));
  const socket = join(home, 'redis.sock');
  const rulesFile = join(home, 'quota.yaml');
  const children: ChildProcess[] = [];
  let redis: ChildProcess;
  let client: Redis;
  let url: string;
  /** What the provider was asked, and whether it answers. */
  let asked = 0;
  let isAnswering = true;
  const open: ServerResponse[] = [];
  const provider = createServer((request, response) => {
    asked += 1;
    request.resume().on('end', () => {
      if (isAnswering) response.writeHead(200, { 'content-type': 'application/json' }).end(ANSWER);
      else open.push(response);
    });
  });

  beforeAll(async () => {
    writeFileSync(rulesFile, RULES);
    redis = spawn(PROGRAM as string, ['--port', '0', '--unixsocket', socket, '--dir', home, '--save', ''], {
      stdio: 'ignore',
    });
    client = new Redis(socket, { retryStrategy: () => 20, maxRetriesPerRequest: null });
    client.on('error', () => {});
    await client.ping();
    await new Promise<void>((resolve) => {
      provider.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  });
  beforeEach(async () => {
    await client.flushall();
    asked = 0;
    isAnswering = true;
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    client.disconnect();
    provider.close().closeAllConnections();
    const ended = once(redis, 'exit');
    redis.kill('SIGKILL');
    await ended;
    rmSync(home, { recursive: true, force: true });
  });

  async function application(calls: number): Promise<ChildProcess> {
    const file = new URL('./hook-process.contract.ts', import.meta.url);
    const child = fork(file, [socket, rulesFile, url, String(calls)], {
      execArgv: ['--conditions=@costspan/source', '--disable-warning=ExperimentalWarning'],
    });
    children.push(child);
    await once(child, 'message');
    return child;
  }

  async function run(child: ChildProcess): Promise<Readonly<Record<string, number>>> {
    const told = once(child, 'message');
    child.send('go');
    return (await told)[0] as Record<string, number>;
  }

  async function counters(): Promise<{ readonly used: bigint; readonly reserved: bigint } | undefined> {
    const quota = new Quota({ rules: parseRules(RULES, 'test'), store: new RedisStore(client) });
    const [budget] = (await quotaStatus(quota, {}, Date.now())).budgets;
    return budget && { used: budget.used, reserved: budget.reserved };
  }

  test('1,000 calls at once: the provider sees exactly 50, and each is counted once', async () => {
    const applications = await Promise.all(Array.from({ length: PROCESSES }, () => application(1000 / PROCESSES)));
    const results = await Promise.all(applications.map(run));
    const sum = (what: string) => results.reduce((total, result) => total + (result[what] ?? 0), 0);
    expect({ made: sum('made'), refused: sum('refused'), failed: sum('failed'), asked }).toEqual({
      made: LIMIT,
      refused: 1000 - LIMIT,
      failed: 0,
      asked: LIMIT,
    });
    expect(await counters()).toEqual({ used: BigInt(LIMIT), reserved: 0n });
  });

  test('an application that is killed with its calls open gives their room to the others', async () => {
    isAnswering = false;
    const doomed = await application(30);
    doomed.send('go');
    await vi.waitFor(() => expect(asked).toBe(30), 60_000);
    await vi.waitFor(async () => expect(await counters()).toEqual({ used: 0n, reserved: 30n }), 60_000);
    doomed.kill('SIGKILL');
    isAnswering = true;
    await vi.waitFor(async () => expect(await counters()).toEqual({ used: 0n, reserved: 0n }), 60_000);
    expect(await run(await application(60))).toEqual({ made: LIMIT, refused: 10, failed: 0 });
    expect(await counters()).toEqual({ used: BigInt(LIMIT), reserved: 0n });
  });

  test('calls that run for longer than their lease keep their room', async () => {
    isAnswering = false;
    const slow = await application(LIMIT);
    const ended = run(slow);
    await vi.waitFor(() => expect(asked).toBe(LIMIT), 60_000);
    // Twice the lease, by the clock that leases run on.
    const until = Date.now() + 4_000;
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(until), 60_000);
    await vi.waitFor(async () => expect((await counters())?.reserved).toBe(BigInt(LIMIT)), 60_000);
    isAnswering = true;
    for (const response of open.splice(0)) {
      if (!response.destroyed) response.writeHead(200, { 'content-type': 'application/json' }).end(ANSWER);
    }
    expect(await ended).toEqual({ made: LIMIT, refused: 0, failed: 0 });
    expect(await counters()).toEqual({ used: BigInt(LIMIT), reserved: 0n });
  });
});
