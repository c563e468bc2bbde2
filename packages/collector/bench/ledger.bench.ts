import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../src/ledger/duckdb/database.ts';
import { openDuckDbLedger } from '../src/ledger/duckdb/open-duck-db-ledger.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import { readDrivers } from '../src/query/drivers.ts';
import { parseDriversQuery } from '../src/query/parse-drivers-query.ts';
import { parseUsageQuery } from '../src/query/parse-usage-query.ts';
import { FROM_US, fillLedger, fillSqlite, MONTH_US } from './held-calls.ts';
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

/**
 * Appends count CPU time of the whole process, store threads included, since the machine may be shared; the best of some
 * rounds, since noise only adds. Questions and opening count wall time, the best of some runs; questions are asked once what
 * the ledger reads in the background after it was opened is read.
 */
export async function rows(): Promise<BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), 'costspan-bench-'));
  try {
    const result: BenchRow[] = [];
    for (const groupRows of [512, 2048, BATCH])
      result.push(await appendRows(join(directory, `g${groupRows}`), groupRows));
    const held = join(directory, 'held');
    await fillLedger(held, HELD_CALLS);
    result.push({
      name: 'bytes per call on disk',
      value: (statSync(join(held, 'ledger.duckdb')).size / HELD_CALLS).toFixed(0),
    });
    result.push(...(await reopen(held)), ...(await questions(directory, held)), await rollUp(held));
    result.push(...(await fromHours(held)), ...(await duplicates(held)));
    return result;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function appendRows(path: string, groupRows: number): Promise<BenchRow> {
  const ledger = await openDuckDbLedger({ path, groupAgeMaxMs: 0, rollUpIntervalMs: 0 });
  const { callsPerSecond, slowestMs } = await append(ledger, ROUNDS * ROUND_CALLS, groupRows);
  await ledger.close();
  return {
    name: `append, ${thousands(groupRows)} calls to a commit`,
    value: `${thousands(callsPerSecond)} calls/s per core, slowest commit ${slowestMs.toFixed(0)} ms`,
  };
}

/** What it costs to know that a call is new, beside what the table itself would ask for it. */
async function duplicates(path: string): Promise<BenchRow[]> {
  const ledger = await openDuckDbLedger({ path, groupAgeMaxMs: 0, rollUpIntervalMs: 0 });
  const fresh = await append(ledger, ROUNDS * ROUND_CALLS, BATCH, 7_000_000);
  const retried = made(0, BATCH, 7_000_000);
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
  const ms = await best(async () => (await openDuckDbLedger({ path, rollUpIntervalMs: 0 })).close(), 3);
  return [{ name: `open and close a ledger of ${thousands(HELD_CALLS)} calls`, value: `${ms.toFixed(0)} ms` }];
}

interface Shape {
  readonly name: string;
  readonly ask: object;
  /** Also asked of the sums by hour. */
  readonly isOfHours?: true;
  /** The same question for SQLite. */
  readonly sqlite?: string;
}

const SUMS = 'count(*), sum(cost_pico), sum(input_tokens), sum(output_tokens)';
const DAY_US = 86_400_000_000;
const CLASS_COSTS = ['input_cost', 'cache_read_cost', 'cache_write_cost', 'output_cost', 'other_cost'];
const ONE_DAY = { from: '2026-10-11T00:00:00Z', to: '2026-10-12T00:00:00Z' };
const ONE_CUSTOMER = [{ field: 'customer_id', op: 'eq', value: 'customer_7' }];
const inOneDay = `started_at >= ${FROM_US + 10 * DAY_US} AND started_at < ${FROM_US + 11 * DAY_US}`;

const SHAPES: readonly Shape[] = [
  { name: 'total of a month', ask: {}, isOfHours: true, sqlite: `SELECT ${SUMS} FROM calls` },
  {
    name: 'by customer, first 100 of 1,200',
    ask: { groupBy: ['customer_id'] },
    isOfHours: true,
    sqlite: `SELECT customer_id, ${SUMS} FROM calls GROUP BY 1 ORDER BY 3 DESC`,
  },
  {
    name: 'by user, first 100 of 24,000',
    ask: { groupBy: ['user'] },
    sqlite: `SELECT user, ${SUMS} FROM calls GROUP BY 1 ORDER BY 3 DESC`,
  },
  {
    name: 'by a free tag',
    ask: { groupBy: ['plan'] },
    sqlite: `SELECT tags ->> 'plan', ${SUMS} FROM calls GROUP BY 1 ORDER BY 3 DESC`,
  },
  { name: 'by customer × model', ask: { groupBy: ['customer_id', 'model'], limit: 1000 } },
  { name: 'by day in Berlin', ask: { grain: 'day', timezone: 'Europe/Berlin' } },
  { name: 'by hour × model', ask: { grain: 'hour', groupBy: ['model'] } },
  { name: 'one customer by day', ask: { grain: 'day', filters: ONE_CUSTOMER } },
  {
    name: 'one customer’s day',
    ask: { ...ONE_DAY, filters: ONE_CUSTOMER },
    isOfHours: true,
    sqlite: `SELECT ${SUMS} FROM calls WHERE customer_id = 'customer_7' AND ${inOneDay}`,
  },
  {
    name: 'one day by customer',
    ask: { ...ONE_DAY, groupBy: ['customer_id'] },
    sqlite: `SELECT customer_id, ${SUMS} FROM calls WHERE ${inOneDay} GROUP BY 1 ORDER BY 3 DESC`,
  },
  {
    name: 'what the classes of tokens cost, by customer',
    ask: { groupBy: ['customer_id'], metrics: CLASS_COSTS },
    isOfHours: true,
  },
  { name: 'p95 of the duration by model', ask: { metrics: ['duration_ms_p95'], groupBy: ['model'] } },
];

function usageQuery(body: object) {
  return parseUsageQuery({
    from: '2026-10-01T00:00:00Z',
    to: '2026-11-01T00:00:00Z',
    metrics: ['calls', 'cost', 'input_tokens', 'output_tokens'],
    ...body,
  });
}

/** Of the calls themselves, on both sides: nothing is summed beforehand. */
async function questions(directory: string, path: string): Promise<BenchRow[]> {
  const ledger = await openQuiet(path);
  const sqlite = fillSqlite(directory, HELD_CALLS);
  const result: BenchRow[] = [];
  for (const { name, ask, sqlite: sql } of SHAPES) {
    const query = usageQuery(ask);
    const ms = await best(() => ledger.query(query));
    const row = { name: `ask ${name}${sql === undefined ? '' : ' (compare: SQLite)'}`, value: `${ms.toFixed(0)} ms` };
    if (sql === undefined) result.push(row);
    else {
      const statement = sqlite.prepare(sql);
      const sqliteMs = await best(async () => statement.all(), 3);
      result.push({ ...row, compare: `${sqliteMs.toFixed(0)} ms, ratio ${(sqliteMs / ms).toFixed(1)}` });
    }
  }
  sqlite.close();
  result.push(await driversRow(ledger));
  const page = await ledger.calls({ filters: [], limit: 50 });
  const pageMs = await best(() => ledger.calls({ filters: [], limit: 50 }));
  result.push({ name: 'list the newest 50 calls', value: `${pageMs.toFixed(0)} ms` });
  const oneMs = await best(() => ledger.call(page.calls[7]?.id ?? ''));
  result.push({ name: 'show one call', value: `${oneMs.toFixed(0)} ms` });
  await ledger.close();
  return result;
}

/** Both halves of the month: two statements over all its calls. */
async function driversRow(ledger: Ledger, from = ''): Promise<BenchRow> {
  const period = { from: '2026-10-16T00:00:00Z', to: '2026-10-31T00:00:00Z' };
  const query = parseDriversQuery({ ...period, groupBy: ['feature_name', 'model'] });
  const ms = await best(() => readDrivers(ledger, query));
  return { name: `ask why the cost changed, by feature and model${from}`, value: `${ms.toFixed(0)} ms` };
}

async function rollUp(path: string): Promise<BenchRow> {
  const ledger = await openDuckDbLedger({ path, rollUpIntervalMs: 0 });
  const before = process.cpuUsage();
  await ledger.rollUp();
  const { user, system } = process.cpuUsage(before);
  await ledger.close();
  return {
    name: `roll up ${thousands(HELD_CALLS)} calls`,
    value: `${thousands(HELD_CALLS / ((user + system) / 1e6))} calls/s per core`,
  };
}

async function fromHours(path: string): Promise<BenchRow[]> {
  const ledger = await openQuiet(path);
  const result: BenchRow[] = [];
  for (const { name, ask } of SHAPES.filter(({ isOfHours }) => isOfHours)) {
    const ms = await best(() => ledger.query(usageQuery(ask)));
    result.push({ name: `ask ${name}, from the hours`, value: `${ms.toFixed(0)} ms` });
  }
  result.push(await driversRow(ledger, ', from the hours'));
  await ledger.close();
  return result;
}

/** A ledger that reads nothing by itself any more: in the background of an opening it reads the ids of all calls. */
async function openQuiet(path: string): Promise<Ledger> {
  const ledger = await openDuckDbLedger({ path, rollUpIntervalMs: 0 });
  for (let busyUs = Number.POSITIVE_INFINITY; busyUs > 10_000; ) {
    const before = process.cpuUsage();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { user, system } = process.cpuUsage(before);
    busyUs = user + system;
  }
  return ledger;
}

/** Calls `[from, to)`, of a month that has `HELD_CALLS`, in order of time. */
function made(from: number, to: number, seed = 1) {
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
      const batch = made(done, Math.min(done + BATCH, end), seed);
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

async function best(work: () => Promise<unknown>, runs = RUNS): Promise<number> {
  let ms = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run += 1) {
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
