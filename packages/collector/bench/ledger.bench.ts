import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../src/ledger/duckdb/database.ts';
import { openDuckDbLedger } from '../src/ledger/duckdb/open-duck-db-ledger.ts';
import type { Ledger, PricedCall } from '../src/ledger/ledger.ts';
import { parseUsageQuery } from '../src/query/parse-usage-query.ts';
import { madeCalls } from './made-calls.ts';

/** One result. `compare` is the same work done by something else in the same run. */
export interface BenchRow {
  readonly name: string;
  readonly value: string;
  readonly compare?: string;
}

const HELD_CALLS = Number(process.env['BENCH_CALLS'] ?? 1_000_000);
const BATCH = 4096;
/** Calls of one round of appends: enough for a checkpoint or two in each. */
const ROUND_CALLS = 12 * BATCH;
const ROUNDS = 6;
const RUNS = 7;
const FROM_US = Date.UTC(2026, 9, 1) * 1000;
const MONTH_US = 31 * 86_400_000_000;

/**
 * Appends count CPU time of the whole process, store threads included, since the machine may be shared; the best of some
 * rounds, since noise only adds. Questions and opening count wall time, the best of some runs.
 */
export async function rows(): Promise<BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), 'costspan-bench-'));
  try {
    const result: BenchRow[] = [];
    for (const groupRows of [512, 2048, BATCH])
      result.push(await appendRows(join(directory, `g${groupRows}`), groupRows));
    const held = join(directory, 'held');
    result.push(...(await fill(held)));
    result.push(...(await duplicates(held)), ...(await reopen(held)), ...(await questions(held)));
    return result;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function appendRows(path: string, groupRows: number): Promise<BenchRow> {
  const ledger = await openDuckDbLedger({ path, groupAgeMaxMs: 0 });
  const { callsPerSecond, slowestMs } = await append(ledger, ROUNDS * ROUND_CALLS, groupRows);
  await ledger.close();
  return {
    name: `append, ${thousands(groupRows)} calls to a commit`,
    value: `${thousands(callsPerSecond)} calls/s per core, slowest commit ${slowestMs.toFixed(0)} ms`,
  };
}

async function fill(path: string): Promise<BenchRow[]> {
  const ledger = await openDuckDbLedger({ path, groupAgeMaxMs: 0 });
  const { callsPerSecond, slowestMs } = await append(ledger, HELD_CALLS, BATCH);
  await ledger.close();
  const bytes = statSync(join(path, 'ledger.duckdb')).size;
  return [
    {
      name: `append ${thousands(HELD_CALLS)} calls`,
      value: `${thousands(callsPerSecond)} calls/s per core, slowest commit ${slowestMs.toFixed(0)} ms`,
    },
    { name: 'bytes per call on disk', value: (bytes / HELD_CALLS).toFixed(0) },
  ];
}

/** What it costs to know that a call is new, beside what the table itself would ask for it. */
async function duplicates(path: string): Promise<BenchRow[]> {
  const ledger = await openDuckDbLedger({ path, groupAgeMaxMs: 0 });
  const fresh = await append(ledger, ROUNDS * ROUND_CALLS, BATCH, 7_000_000);
  const retried = held(0, BATCH);
  const retryMs = await best(() => ledger.append(retried));
  await ledger.close();
  const database = await openDatabase({ path, threads: 1, memoryBytesMax: 2 ** 31, walBytesMax: 2 ** 24 });
  const connection = await database.connect();
  await connection.run(
    `CREATE TEMP TABLE batch AS SELECT gen_random_uuid() AS trace_id, hash(random()) AS span_id FROM range(${BATCH}) rows(n)`,
  );
  const joinMs = await best(() =>
    connection.rows('SELECT count(*) FROM calls SEMI JOIN batch USING (trace_id, span_id)'),
  );
  connection.close();
  database.close();
  return [
    {
      name: `append ${thousands(BATCH)} new calls to ${thousands(HELD_CALLS)}, CPU (compare: only the look into the table that is saved)`,
      value: `${((BATCH / fresh.callsPerSecond) * 1000).toFixed(0)} ms`,
      compare: `${joinMs.toFixed(1)} ms more`,
    },
    { name: `append ${thousands(BATCH)} calls that are all there already`, value: `${retryMs.toFixed(0)} ms` },
  ];
}

async function reopen(path: string): Promise<BenchRow[]> {
  const ms = await best(async () => (await openDuckDbLedger({ path })).close());
  return [{ name: `open and close a ledger of ${thousands(HELD_CALLS)} calls`, value: `${ms.toFixed(0)} ms` }];
}

const SHAPES: readonly (readonly [name: string, body: object])[] = [
  ['total of a month', {}],
  ['by customer, first 100 of 1,200', { groupBy: ['customer_id'] }],
  ['by user, first 100 of 24,000', { groupBy: ['user'] }],
  ['by a free tag', { groupBy: ['plan'] }],
  ['by customer × model', { groupBy: ['customer_id', 'model'], limit: 1000 }],
  ['by day in Berlin', { grain: 'day', timezone: 'Europe/Berlin' }],
  ['by hour × model', { grain: 'hour', groupBy: ['model'] }],
  ['one customer by day', { grain: 'day', filters: [{ field: 'customer_id', op: 'eq', value: 'customer_7' }] }],
  ['one day by customer', { from: '2026-10-11T00:00:00Z', to: '2026-10-12T00:00:00Z', groupBy: ['customer_id'] }],
  ['p95 of the duration by model', { metrics: ['duration_ms_p95'], groupBy: ['model'] }],
];

async function questions(path: string): Promise<BenchRow[]> {
  const ledger = await openDuckDbLedger({ path });
  const result: BenchRow[] = [];
  for (const [name, body] of SHAPES) {
    const query = parseUsageQuery({
      from: '2026-10-01T00:00:00Z',
      to: '2026-11-01T00:00:00Z',
      metrics: ['calls', 'cost', 'input_tokens', 'output_tokens'],
      ...body,
    });
    result.push({ name: `ask ${name}`, value: `${(await best(() => ledger.query(query))).toFixed(0)} ms` });
  }
  const page = await best(() => ledger.calls({ filters: [], limit: 50 }));
  result.push({ name: 'list the newest 50 calls', value: `${page.toFixed(0)} ms` });
  const { call } = held(5, 6)[0] as PricedCall;
  const one = await best(() => ledger.call(`${call.traceId}-${call.spanId}`));
  result.push({ name: 'show one call', value: `${one.toFixed(0)} ms` });
  await ledger.close();
  return result;
}

/** Calls `[from, to)` of the ledger that the questions are asked of, spread over one month in order of time. */
function held(from: number, to: number, seed = 1): PricedCall[] {
  const first = Math.floor(from / BATCH) * BATCH;
  const perCall = MONTH_US / HELD_CALLS;
  const batch = madeCalls({
    count: BATCH,
    seed: seed + first,
    fromUs: Math.floor(FROM_US + perCall * first),
    spanUs: perCall * BATCH,
  });
  return batch.slice(from - first, to - first);
}

/** Only the appends are counted; making the calls is not. */
async function append(ledger: Ledger, calls: number, groupRows: number, seed = 1) {
  let callsPerSecond = 0;
  let slowestMs = 0;
  for (let round = 0; round < calls; round += ROUND_CALLS) {
    let cpuUs = 0;
    const end = Math.min(round + ROUND_CALLS, calls);
    for (let done = round; done < end; done += BATCH) {
      const batch = held(done, Math.min(done + BATCH, end), seed);
      for (let first = 0; first < batch.length; first += groupRows) {
        const start = performance.now();
        const before = process.cpuUsage();
        await ledger.append(batch.slice(first, first + groupRows));
        const { user, system } = process.cpuUsage(before);
        cpuUs += user + system;
        slowestMs = Math.max(slowestMs, performance.now() - start);
      }
    }
    if (end - round === ROUND_CALLS) callsPerSecond = Math.max(callsPerSecond, (ROUND_CALLS / cpuUs) * 1e6);
  }
  return { callsPerSecond, slowestMs };
}

async function best(work: () => Promise<unknown>): Promise<number> {
  let ms = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS; run += 1) {
    const start = performance.now();
    await work();
    ms = Math.min(ms, performance.now() - start);
  }
  return ms;
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

if (import.meta.main) {
  for (const { name, value, compare } of await rows())
    console.log(`${name}: ${value}${compare ? ` — ${compare}` : ''}`);
}
