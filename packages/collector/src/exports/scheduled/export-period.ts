import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attoFromInteger, formatMoney, parseMoney } from '@costspan/usage';
import { formatInstantUs } from '../../query/instants.ts';
import { exportPart } from '../export-part.ts';
import { type ExportQuery, fileEnding, isParquet, PART_CALLS_MAX } from '../export-query.ts';
import type { ExportSource } from '../export-source.ts';
import type { ExportStore } from './export-store.ts';
import type { ExportPeriod, ScheduledExport } from './scheduled-export.ts';

/** A file is ended when it is larger than this: what one request to a store may carry with ease. */
const FILE_BYTES_MAX = 64 * 1024 ** 2;
const PARQUET_CALLS = 1_000_000;

interface PutFile {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Exports one period unless it is there: `<name>/<period>/part-00000.csv`, … and `manifest.json`, which is put last and names every
 * file that belongs to it. After a kill the period is made anew over what was put: a reader that goes by the manifest sees neither a gap
 * nor a repeat.
 * @returns false when it was there already.
 */
export async function exportPeriod(
  source: ExportSource,
  store: ExportStore,
  plan: ScheduledExport,
  period: ExportPeriod,
): Promise<boolean> {
  const folder = `${plan.name}/${period.label}`;
  const manifestName = `${folder}/manifest.json`;
  if (await store.has(manifestName)) return false;
  const asOfUs = await source.newestUs();
  const files: PutFile[] = [];
  let [calls, rows, unpricedCalls, cost] = [0, 0, 0, 0n];
  for (let startUs: number | undefined = period.fromUs; startUs !== undefined; ) {
    const made = await makeFile(source, queryOf(plan, startUs, period.toUs), asOfUs);
    const name = `part-${String(files.length).padStart(5, '0')}.${fileEnding(plan.format)}`;
    try {
      files.push({ name, rows: made.rows, bytes: (await stat(made.file)).size, sha256: await sha256Of(made.file) });
      await store.put(`${folder}/${name}`, made.file);
    } finally {
      await rm(made.file, { force: true });
    }
    calls += made.calls;
    rows += made.rows;
    unpricedCalls += made.unpricedCalls;
    cost += made.cost;
    startUs = made.nextUs;
  }
  const manifest = {
    ...{
      costspan_export: 1,
      format: plan.format,
      ...(plan.format.startsWith('focus') ? { version: plan.version } : {}),
    },
    ...{ from: formatInstantUs(period.fromUs), to: formatInstantUs(period.toUs), as_of: formatInstantUs(asOfUs) },
    ...{ calls, rows, unpriced_calls: unpricedCalls, cost_usd: formatMoney(attoFromInteger(cost)), files },
  };
  const file = join(await source.staging(), `${randomUUID()}.json`);
  try {
    await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    await store.put(manifestName, file);
  } finally {
    await rm(file, { force: true });
  }
  return true;
}

/** Each file stands alone, so each is a question of its own with a heading of its own. */
function queryOf({ format, version, locale }: ScheduledExport, fromUs: number, toUs: number): ExportQuery {
  return { format, version, fromUs, toUs, filters: [], ...(locale === undefined ? {} : { locale }) };
}

interface MadeFile {
  readonly file: string;
  readonly calls: number;
  readonly rows: number;
  readonly unpricedCalls: number;
  readonly cost: bigint;
  readonly nextUs: number | undefined;
}

async function makeFile(source: ExportSource, query: ExportQuery, asOfUs: number): Promise<MadeFile> {
  if (isParquet(query.format)) {
    const part = await exportPart(source, query, asOfUs, query.fromUs, PARQUET_CALLS);
    const { file } = part.body as { readonly file: string };
    return { ...part, file, cost: parseMoney(part.cost) };
  }
  const file = join(await source.staging(), `${randomUUID()}.${fileEnding(query.format)}`);
  const out = await open(file, 'wx', 0o600);
  let [calls, rows, unpricedCalls, cost, bytes] = [0, 0, 0, 0n, 0];
  let startUs: number | undefined = query.fromUs;
  try {
    while (startUs !== undefined && bytes < FILE_BYTES_MAX) {
      const part = await exportPart(source, query, asOfUs, startUs, PART_CALLS_MAX.text);
      if ('text' in part.body) bytes += (await out.write(part.body.text)).bytesWritten;
      calls += part.calls;
      rows += part.rows;
      unpricedCalls += part.unpricedCalls;
      cost += parseMoney(part.cost);
      startUs = part.nextUs;
    }
  } finally {
    await out.close();
  }
  return { file, calls, rows, unpricedCalls, cost, nextUs: startUs };
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
