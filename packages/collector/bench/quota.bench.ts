import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStore, parseRules } from '@costspan/quota';
import { Redis } from 'ioredis';
import { madeCall } from '../src/ledger/made-call.contract.ts';
import { LedgerFeed } from '../src/quota/ledger-feed.ts';
import { QuotaDesk } from '../src/quota/quota-desk.ts';
import { SelfMetrics } from '../src/self-metrics.ts';

/** One result. `compare` is the same work done otherwise in the same run. */
export interface BenchRow {
  readonly name: string;
  readonly value: string;
  readonly compare?: string;
}

const DECISIONS = 10_000;
const PARALLEL = 16;
const PACED = 5000;
const PACE_PER_SECOND = 500;
const RULES = `format: costspan.quota/1
rules:
  - { id: customer, applies_per: [customer_id], limits: [{ cost: "1000000", per: month }, { requests: 1000000, per: minute }] }
  - { id: team, applies_per: [team], limits: [{ tokens: 1000000000, per: day }] }
  - { id: other, when: { metadata: { environment: staging } }, limits: [{ cost: "1", per: day }] }
`;

/** Decisions over HTTP, client and server on one machine, counters in the collector's process and in Redis. */
export async function rows(): Promise<BenchRow[]> {
  const home = mkdtempSync(join(tmpdir(), 'costspan-quota-bench-'));
  try {
    const rules = join(home, 'quota.yaml');
    writeFileSync(rules, RULES);
    const memory = await measure('memory', rules, 'memory');
    return [await feeding(), ...memory, ...(await redis(rules, home))];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** What counting costs for each call of the ledger, and what of it the commit itself waits for. */
async function feeding(): Promise<BenchRow> {
  const desk = new QuotaDesk({
    rules: parseRules(RULES, 'bench'),
    store: new MemoryStore(),
    priceOf: () => undefined,
    replicas: 1,
  });
  const feed = new LedgerFeed(desk, new SelfMetrics(), 1_000_000, async () => {});
  const startedAtUs = Date.now() * 1000;
  const changes = Array.from({ length: 400 }, (_, commit) => ({
    receivedAtUs: commit + 1,
    added: Array.from({ length: 250 }, (__, n) => {
      const tags = { customer_id: `customer-${(commit * 250 + n) % 1000}`, team: `t${n % 20}` };
      return madeCall({ n: commit * 250 + n, startedAtUs, tags });
    }),
    takenBack: [],
    revived: [],
  }));
  const startedAt = performance.now();
  for (const change of changes) feed.onBilled(change);
  const queued = performance.now() - startedAt;
  const before = process.cpuUsage();
  feed.release(0);
  await feed.close();
  const { user, system } = process.cpuUsage(before);
  return {
    name: 'counting a call of the ledger in this process, two rules with three limits',
    value: `${((user + system) / 100_000).toFixed(1)} µs of a processor`,
    compare: `the commit waits for ${((queued * 1e6) / 100_000).toFixed(0)} ns of it`,
  };
}

async function redis(rules: string, home: string): Promise<BenchRow[]> {
  const program = ['redis-server', 'valkey-server'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (program === undefined)
    return [{ name: 'decisions through Redis', value: 'not measured: apt-get install redis-server' }];
  const socket = join(home, 'redis.sock');
  const server = spawn(program, ['--port', '0', '--unixsocket', socket, '--dir', home, '--save', ''], {
    stdio: 'ignore',
  });
  const client = new Redis(socket, { retryStrategy: () => 20 });
  client.on('error', () => {});
  try {
    await client.ping();
    return await measure('Redis', rules, `unix://${socket}`, client);
  } finally {
    client.disconnect();
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }
}

async function measure(where: string, rules: string, store: string, client?: Redis): Promise<BenchRow[]> {
  const collector = spawn(
    process.execPath,
    [...process.execArgv, join(import.meta.dirname, 'quota-process.ts'), rules, store],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const agent = new Agent({ keepAlive: true, maxSockets: PARALLEL });
  try {
    const [line] = (await once(collector.stdout, 'data')) as [Buffer];
    const url = new URL('/api/v1/quota/decisions', String(line).trim());
    for (let serial = 0; serial < 1000; serial += 1) await ask(url, agent, -serial - 1);
    const before = await commands(client);
    const alone = new Float64Array(1000);
    for (let serial = 0; serial < alone.length; serial += 1) alone[serial] = await ask(url, agent, serial);
    const trips = ((await commands(client)) - before) / alone.length;
    const usedBefore = await processorUs(collector);
    const startedAt = performance.now();
    let next = 0;
    const full = new Float64Array(DECISIONS);
    const worker = async (): Promise<void> => {
      for (let serial = next++; serial < DECISIONS; serial = next++)
        full[serial] = await ask(url, agent, 10_000 + serial);
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    const perSecond = (DECISIONS / (performance.now() - startedAt)) * 1000;
    const eachUs = ((await processorUs(collector)) - usedBefore) / DECISIONS;
    const paced = await atRate(url, agent);
    return [
      {
        name: `decision over HTTP, counters in ${where}, one after the other`,
        value: quantiles(alone),
        ...(client === undefined ? {} : { compare: `${trips.toFixed(2)} scripts of Redis each` }),
      },
      {
        name: `decision over HTTP, counters in ${where}, ${PARALLEL} at a time`,
        value: `${Math.round(perSecond).toLocaleString('en-US')}/s, ${Math.round(eachUs)} µs of a processor each`,
        compare: quantiles(full),
      },
      { name: `decision over HTTP, counters in ${where}, ${PACE_PER_SECOND} a second`, value: quantiles(paced) },
    ];
  } finally {
    agent.destroy();
    await stop(collector);
  }
}

/** Decisions at a steady rate, whatever the answers take. */
async function atRate(url: URL, agent: Agent): Promise<Float64Array> {
  const took = new Float64Array(PACED);
  const open: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let serial = 0; serial < PACED; serial += 1) {
    const waitMs = (serial * 1000) / PACE_PER_SECOND - (performance.now() - startedAt);
    if (waitMs > 1) await new Promise((resolve) => setTimeout(resolve, waitMs));
    open.push(
      ask(url, agent, 100_000 + serial).then((ms) => {
        took[serial] = ms;
      }),
    );
  }
  await Promise.all(open);
  return took;
}

function ask(url: URL, agent: Agent, serial: number): Promise<number> {
  const body = JSON.stringify({
    id: `call-${serial}`,
    provider: 'openai',
    model: 'gpt-4o',
    tags: { customer_id: `customer-${Math.abs(serial * 7919) % 1000}`, team: `t${Math.abs(serial) % 20}` },
    size: { input_tokens: 1843, max_tokens: 1000 },
  });
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const sent = request(url, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
      response.resume();
      response.on('end', () => resolve(performance.now() - startedAt));
    });
    sent.end(body);
  });
}

async function commands(client: Redis | undefined): Promise<number> {
  if (client === undefined) return 0;
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0);
}

async function processorUs({ stdin, stdout }: ChildProcess): Promise<number> {
  const answer = once(stdout as NonNullable<typeof stdout>, 'data');
  stdin?.write('\n');
  return Number(String((await answer)[0]));
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.stdin?.end();
  await ended;
}

function quantiles(values: Float64Array): string {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => `${(sorted[Math.floor(share * sorted.length)] as number).toFixed(2)} ms`;
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}`;
}

if (import.meta.main) {
  for (const { name, value, compare } of await rows())
    console.log(`${name}: ${value}${compare ? ` — ${compare}` : ''}`);
}
