import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Atto, formatMoney, parseMoney, sumMoney } from '@costspan/usage';
import { exportPart, exportParts } from '../src/exports/export-part.ts';
import { EXPORT_FORMATS, type ExportFormat, type ExportQuery, isParquet } from '../src/exports/export-query.ts';
import { openDuckDbLedger } from '../src/ledger/duckdb/open-duck-db-ledger.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import { parseUsageQuery } from '../src/query/parse-usage-query.ts';
import { FROM_US, fillLedger, MONTH_US } from './held-calls.ts';
import type { BenchRow } from './ledger.bench.ts';

/** 5,000,000 is what is promised; a million tells the speed as well. */
const CALLS = Number(process.env['BENCH_EXPORT_CALLS'] ?? 1_000_000);
const PART_CALLS = 10_000;
const MEBIBYTE = 1024 ** 2;

/**
 * A month of calls in every format, with the columns of an export. Wall time and CPU time of the whole process, store threads included;
 * memory is the most that the process held, which a part bounds and the number of calls does not. Every row fails when counts and
 * sums are not those of the query.
 */
export async function rows(): Promise<BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), 'costspan-bench-'));
  try {
    const path = join(directory, 'held');
    await fillLedger(path, CALLS);
    const ledger = await openDuckDbLedger({ path, rollUpIntervalMs: 0 });
    // A ledger that was just opened reads its columns from the disk and the ids of all calls beside the first question.
    await row(ledger, 'parquet');
    const result: BenchRow[] = [];
    const formats = process.argv
      .slice(2)
      .filter((name): name is ExportFormat => EXPORT_FORMATS.includes(name as ExportFormat));
    for (const format of formats.length > 0 ? formats : EXPORT_FORMATS) result.push(await row(ledger, format));
    await ledger.close();
    return result;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function row(ledger: Ledger, format: ExportFormat): Promise<BenchRow> {
  const query: ExportQuery = { format, version: '1.2', fromUs: FROM_US, toUs: FROM_US + MONTH_US, filters: [] };
  const before = process.cpuUsage();
  const startMs = performance.now();
  const taken = await take(ledger, query);
  const ms = performance.now() - startMs;
  const { user, system } = process.cpuUsage(before);
  const { total } = await ledger.query(
    parseUsageQuery({
      ...{ from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z', metrics: ['calls', 'cost'] },
    }),
  );
  if (total['calls'] !== taken.calls || total['cost'] !== taken.cost) {
    throw new Error(`${format}: ${taken.calls} calls, ${taken.cost} USD; the query says ${JSON.stringify(total)}`);
  }
  const perSecond = (seconds: number) => Math.round(taken.rows / seconds).toLocaleString('en-US');
  return {
    name: `export ${taken.rows.toLocaleString('en-US')} rows as ${format}`,
    value: `${perSecond(ms / 1000)} rows/s (${perSecond((user + system) / 1e6)} per core-second), ${Math.round(taken.bytes / MEBIBYTE)} MiB, at most ${Math.round(taken.memoryBytes / MEBIBYTE)} MiB of memory`,
  };
}

async function take(ledger: Ledger, query: ExportQuery) {
  const source = ledger.exports;
  if (source === undefined) throw new Error('this ledger has no exports');
  const asOfUs = await source.newestUs();
  const costs: Atto[] = [];
  let [calls, rowCount, bytes, memoryBytes] = [0, 0, 0, 0];
  const parts = isParquet(query.format)
    ? [await exportPart(source, query, asOfUs, query.fromUs, 10_000_000)]
    : exportParts(source, query, asOfUs, PART_CALLS);
  for await (const part of parts) {
    calls += part.calls;
    rowCount += part.rows;
    costs.push(parseMoney(part.cost));
    memoryBytes = Math.max(memoryBytes, process.memoryUsage.rss());
    if ('text' in part.body) bytes += Buffer.byteLength(part.body.text);
    else {
      bytes += statSync(part.body.file).size;
      rmSync(part.body.file);
    }
  }
  const cost = formatMoney(sumMoney(costs));
  return { calls, rows: rowCount, bytes, memoryBytes, cost };
}

if (import.meta.main) {
  for (const { name, value } of await rows()) console.log(`${name}: ${value}`);
}
