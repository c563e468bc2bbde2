import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectClickHouse } from '../src/ledger/clickhouse/click-house.ts';
import { openTestServer } from '../src/ledger/clickhouse/click-house-server.contract.ts';
import { parseClickHouseUrl } from '../src/ledger/clickhouse/click-house-url.ts';
import { openClickHouseLedger } from '../src/ledger/clickhouse/open-click-house-ledger.ts';
import { copyLedger } from '../src/ledger/copy/copy-ledger.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import { parseUsageQuery } from '../src/query/parse-usage-query.ts';
import { FROM_US, fillLedger, MONTH_US } from './held-calls.ts';
import type { BenchRow } from './ledger.bench.ts';
import { madeCalls } from './made-calls.ts';

/** Ten million with `BENCH_CALLS=10000000`. */
const HELD_CALLS = Number(process.env['BENCH_CALLS'] ?? 200_000);
const BATCH = 8192;
const APPENDED = 8 * BATCH;
const RUNS = 5;

/** Wall time, client and engine on one machine: chDB, or the server of `COSTSPAN_TEST_CLICKHOUSE_URL`. */
export async function rows(): Promise<BenchRow[]> {
  const server = await openTestServer();
  if (server === undefined) return [{ name: 'ClickHouse', value: 'not there' }];
  const directory = mkdtempSync(join(tmpdir(), 'costspan-bench-'));
  try {
    const store = server.place();
    const copied = await copyRow(directory, store);
    const ledger = await openClickHouseLedger({ url: store });
    const result = [copied, await diskRow(store), ...(await questions(ledger)), await appendRow(ledger)];
    await ledger.close();
    return result;
  } finally {
    await server.close();
    rmSync(directory, { recursive: true });
  }
}

async function copyRow(directory: string, store: string): Promise<BenchRow> {
  await fillLedger(directory, HELD_CALLS);
  const startedAt = performance.now();
  const { copied, compared, differences } = await copyLedger({ data: directory, store });
  const seconds = (performance.now() - startedAt) / 1000;
  if (differences.length > 0) throw new Error(differences.slice(0, 3).join('; '));
  return {
    name: `migrate ${thousands(copied)} calls from DuckDB and compare ${thousands(compared)} customer-days`,
    value: `${thousands(copied / seconds)} calls/s, ${seconds.toFixed(0)} s, all alike`,
  };
}

async function diskRow(store: string): Promise<BenchRow> {
  const house = connectClickHouse(parseClickHouseUrl(store), 60_000);
  const [row] = await house.rows(
    'SELECT sum(bytes_on_disk), sum(data_uncompressed_bytes) FROM system.parts WHERE active AND database = currentDatabase()',
  );
  await house.close();
  const [packed, plain] = (row ?? []).map((bytes) => (Number(bytes) / HELD_CALLS).toFixed(0));
  return { name: 'ClickHouse: bytes per call on disk, links included', value: `${packed}, from ${plain}` };
}

async function questions(ledger: Ledger): Promise<BenchRow[]> {
  const range = {
    from: new Date(FROM_US / 1000).toISOString(),
    to: new Date((FROM_US + MONTH_US) / 1000).toISOString(),
  };
  const asked = {
    'cost by customer': { groupBy: ['customer_id'], limit: 20 },
    'cost by day and model': { groupBy: ['model'], grain: 'day' },
    'cost by a free tag': { groupBy: ['plan'] },
  };
  const result: BenchRow[] = [];
  for (const [name, question] of Object.entries(asked)) {
    const query = parseUsageQuery({ ...range, metrics: ['cost', 'calls'], ...question });
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < RUNS; run += 1) {
      const startedAt = performance.now();
      await ledger.query(query);
      best = Math.min(best, performance.now() - startedAt);
    }
    result.push({ name: `ClickHouse: ${name}, ${thousands(HELD_CALLS)} calls`, value: `${best.toFixed(0)} ms` });
  }
  return result;
}

async function appendRow(ledger: Ledger): Promise<BenchRow> {
  const calls = madeCalls({ count: APPENDED, seed: 99, fromUs: FROM_US + 2 * MONTH_US, spanUs: MONTH_US });
  const startedAt = performance.now();
  for (let first = 0; first < calls.length; first += BATCH) await ledger.append(calls.slice(first, first + BATCH));
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    name: `ClickHouse: append, ${thousands(BATCH)} calls to a commit`,
    value: `${thousands(APPENDED / seconds)} calls/s`,
  };
}

function thousands(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
