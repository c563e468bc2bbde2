import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStore, parseRules, Quota, type QuotaRequest } from '@costspan/quota';
import { RedisStore } from '@costspan/quota/redis';
import { parseMoney } from '@costspan/usage';
import { Redis } from 'ioredis';

/** One result. `compare` is the same work done otherwise in the same run. */
export interface BenchRow {
  readonly name: string;
  readonly value: string;
  readonly compare?: string;
}

const NOW = 1_764_000_000_000;
const RULES_COUNT = 50;
const BUCKETS = 10_000;
const DECISIONS = 100_000;
const CENT = parseMoney('0.01');

/** Decisions in this process and through Redis: how long one takes, what it leaves behind, and what it costs the server. */
export async function rows(): Promise<BenchRow[]> {
  return [...(await local(1)), ...(await local(10)), ...(await redis())];
}

/** 50 rules of which `matching` match each call, per customer, with 10,000 customers. */
function rulesOf(matching: number): string {
  const rules = Array.from({ length: RULES_COUNT }, (_, index) => {
    const when =
      index < matching
        ? '{ metadata: { environment: production } }'
        : `{ subjects: ["team:t${index}"], models: ["openai/gpt-4o"] }`;
    const limits =
      index % 2 === 0
        ? '[{ cost: "1000000", per: month }, { requests: 1000000, per: minute }]'
        : '[{ tokens: 1000000000, per: day }]';
    return `  - { id: rule-${index}, when: ${when}, applies_per: [customer_id], limits: ${limits}, alerts: { thresholds: [75, 90] } }`;
  });
  return `format: costspan.quota/1\ntimezone: Europe/Berlin\nrules:\n${rules.join('\n')}`;
}

function requestOf(serial: number): QuotaRequest {
  return {
    id: `call-${serial}`,
    call: {
      provider: 'openai',
      model: 'gpt-4o',
      tags: { environment: 'production', customer_id: `customer-${(serial * 7919) % BUCKETS}` },
    },
    size: { inputTokens: 1843, maxTokens: 1000 },
  };
}

async function local(matching: number): Promise<BenchRow[]> {
  const quota = new Quota({
    rules: parseRules(rulesOf(matching), 'bench'),
    store: new MemoryStore(),
    priceOf: () => CENT,
  });
  // The warm-up makes every bucket once, so that what is measured is a decision and not the growth of a map.
  for (let serial = 0; serial < BUCKETS * 3; serial += 1) await decide(quota, -serial - 1);
  const reserves = new Float64Array(DECISIONS);
  const settles = new Float64Array(DECISIONS);
  const allocated = await bytesOfOne(quota);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const computed = threadMicros();
  for (let serial = 0; serial < DECISIONS; serial += 1) {
    const request = requestOf(serial);
    const start = performance.now();
    await quota.reserve(request, NOW);
    const between = performance.now();
    await quota.settle(request.id, { tokens: 2000, cost: CENT }, NOW);
    reserves[serial] = between - start;
    settles[serial] = performance.now() - between;
  }
  const spent = (threadMicros() - computed) / DECISIONS;
  globalThis.gc?.();
  const kept = (process.memoryUsage().heapUsed - before) / DECISIONS;
  return [
    {
      name: `decision in this process (must: p99 < 20 µs): ${RULES_COUNT} rules, ${matching} match, ${BUCKETS.toLocaleString('en-US')} buckets`,
      value: `p50 ${micro(reserves, 0.5)}, p99 ${micro(reserves, 0.99)}, p99.9 ${micro(reserves, 0.999)}`,
      compare: `settling: p50 ${micro(settles, 0.5)}, p99 ${micro(settles, 0.99)}`,
    },
    {
      name: '… with settling, in processor time, which other work on the machine lengthens least',
      value: `mean ${spent.toFixed(1)} µs`,
    },
    {
      name: 'allocated per decision; kept per settled call (its id, for an hour)',
      value: `${allocated.decision} B`,
      compare: `settling: ${allocated.settling} B; kept ${Math.round(kept)} B`,
    },
  ];
}

/** Bytes of a decision and of settling it, between two collections: the median of some rounds, as one may fall between. */
async function bytesOfOne(quota: Quota): Promise<{ readonly decision: number; readonly settling: number }> {
  const calls = 100;
  const decisions: number[] = [];
  const settlings: number[] = [];
  for (let round = 0; round < 21; round += 1) {
    const requests = Array.from({ length: calls }, (_, index) => requestOf(-1_000_000 - round * calls - index));
    const before = process.memoryUsage().heapUsed;
    for (const request of requests) await quota.reserve(request, NOW);
    const between = process.memoryUsage().heapUsed;
    for (const { id } of requests) await quota.settle(id, { tokens: 2000, cost: CENT }, NOW);
    decisions.push(Math.round((between - before) / calls));
    settlings.push(Math.round((process.memoryUsage().heapUsed - between) / calls));
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[10] as number;
  return { decision: median(decisions), settling: median(settlings) };
}

/** Processor time of this thread in µs. */
function threadMicros(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

async function decide(quota: Quota, serial: number): Promise<void> {
  const request = requestOf(serial);
  await quota.reserve(request, NOW);
  await quota.settle(request.id, { tokens: 2000, cost: CENT }, NOW);
}

async function redis(): Promise<BenchRow[]> {
  const program = ['redis-server', 'valkey-server'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (program === undefined)
    return [
      { name: 'decision through Redis (must: one round trip)', value: 'not measured: apt-get install redis-server' },
    ];
  const home = mkdtempSync(join(tmpdir(), 'costspan-redis-'));
  const socket = join(home, 'redis.sock');
  const server = spawn(
    program,
    ['--port', '0', '--unixsocket', socket, '--dir', home, '--save', '', '--appendonly', 'yes'],
    { stdio: 'ignore' },
  );
  const client = new Redis(socket, { retryStrategy: () => 20 });
  client.on('error', () => {});
  try {
    await client.ping();
    return await throughRedis(client);
  } finally {
    client.disconnect();
    await stop(server);
    rmSync(home, { recursive: true, force: true });
  }
}

async function throughRedis(client: Redis): Promise<BenchRow[]> {
  const quota = new Quota({
    rules: parseRules(rulesOf(5), 'bench'),
    store: new RedisStore(client),
    priceOf: () => CENT,
  });
  for (let serial = 0; serial < 2000; serial += 1) await decide(quota, -serial - 1);
  const calls = 5000;
  const evalsha = async () => Number(/cmdstat_evalsha:calls=(\d+)/.exec(await client.info('commandstats'))?.[1]);
  const before = await evalsha();
  const idle = new Float64Array(calls);
  for (let serial = 0; serial < calls; serial += 1) {
    const start = performance.now();
    await quota.reserve(requestOf(serial), NOW);
    idle[serial] = performance.now() - start;
  }
  const trips = (await evalsha()) - before;
  const loaded = await atRate(quota, 1000, 5000);
  const start = performance.now();
  await Promise.all(Array.from({ length: calls }, (_, index) => quota.reserve(requestOf(1_000_000 + index), NOW)));
  const rate = (calls / (performance.now() - start)) * 1000;
  return [
    {
      name: 'decision through Redis (must: one round trip), 5 rules match, 8 counters',
      value: `${trips / calls} round trip each`,
      compare: `one after the other p50 ${micro(idle, 0.5)}, p99 ${micro(idle, 0.99)}`,
    },
    {
      name: 'decision through Redis at 1,000 calls/s, each settled',
      value: `p50 ${micro(loaded, 0.5)}, p95 ${micro(loaded, 0.95)}, p99 ${micro(loaded, 0.99)}`,
    },
    { name: 'decisions through Redis at once, one process', value: `${Math.round(rate).toLocaleString('en-US')}/s` },
  ];
}

/** Calls at a steady rate, whatever the answers take; each is settled at once. */
async function atRate(quota: Quota, perSecond: number, calls: number): Promise<Float64Array> {
  const took = new Float64Array(calls);
  const open: Promise<void>[] = [];
  const start = performance.now();
  for (let serial = 0; serial < calls; serial += 1) {
    while (performance.now() - start < (serial * 1000) / perSecond)
      await new Promise((resolve) => setTimeout(resolve, 1));
    const request = requestOf(100_000 + serial);
    const from = performance.now();
    open.push(
      Promise.resolve(quota.reserve(request, NOW)).then(async () => {
        took[serial] = performance.now() - from;
        await quota.settle(request.id, { tokens: 2000, cost: CENT }, NOW);
      }),
    );
  }
  await Promise.all(open);
  return took;
}

async function stop(server: ChildProcess): Promise<void> {
  const ended = once(server, 'exit');
  server.kill('SIGKILL');
  await ended;
}

function micro(values: Float64Array, share: number): string {
  const sorted = Float64Array.from(values).sort();
  return `${((sorted[Math.floor(share * sorted.length)] as number) * 1000).toFixed(1)} µs`;
}

if (import.meta.main) {
  for (const { name, value, compare } of await rows())
    console.log(`${name}: ${value}${compare ? ` — ${compare}` : ''}`);
}
