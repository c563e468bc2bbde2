import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseConfig } from '../../config/parse-config.ts';
import { type DuckDbLedger, openDuckDbLedger } from '../../ledger/duckdb/open-duck-db-ledger.ts';
import { madeCall } from '../../ledger/made-call.contract.ts';
import { Notices } from '../../notices.ts';
import { SelfMetrics } from '../../self-metrics.ts';
import { csvRows } from '../csv-rows.contract.ts';
import { openScheduledExports } from './open-scheduled-exports.ts';
import { openS3Server, S3_KEYS, type S3Server } from './s3-server.contract.ts';
import { s3Store } from './s3-store.ts';
import { duePeriods, type ScheduledExport } from './scheduled-export.ts';

const DAY_US = 86_400_000_000;
const FIRST_DAY_US = Date.UTC(2026, 9, 1) * 1000;
/** Three days and one hour after the first call. */
const NOW_MS = Date.UTC(2026, 9, 4, 1);
const PLAN: Omit<ScheduledExport, 'to'> = {
  ...{ name: 'usage', format: 'csv', version: '1.2', every: 'day', delayMs: 3_600_000, catchUp: 2 },
};
let directory: string;
let ledger: DuckDbLedger;
let said: string[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'costspan-scheduled-'));
  ledger = await openDuckDbLedger({ path: ':memory:', rollUpIntervalMs: 0 });
  said = [];
  await ledger.append(
    Array.from({ length: 9 }, (_, n) => madeCall({ n, startedAtUs: FIRST_DAY_US + (n % 3) * DAY_US + n })),
  );
});
afterEach(async () => {
  await ledger.close();
  rmSync(directory, { recursive: true });
});

function open(to: ScheduledExport['to'], over: Partial<ScheduledExport> = {}, source = ledger.exports) {
  const metrics = new SelfMetrics();
  const notices = new Notices((message) => said.push(message));
  return openScheduledExports([{ ...PLAN, ...over, to }], source, { metrics, notices, nowMs: () => NOW_MS });
}

/** Every file that the manifest names is there as it says. */
function checked(folder: string): { calls: number; cost_usd: string; rows: number } {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  for (const { name, bytes, sha256 } of manifest.files) {
    const content = readFileSync(join(folder, name));
    expect([content.length, createHash('sha256').update(content).digest('hex')]).toEqual([bytes, sha256]);
  }
  return manifest;
}

describe('periods', () => {
  const at = (text: string) => Date.parse(text);
  test.each<[ScheduledExport['every'], number, string, string[]]>([
    ['day', 3_600_000, '2026-10-04T00:59:59Z', ['2026-10-01', '2026-10-02']],
    ['day', 3_600_000, '2026-10-04T01:00:00Z', ['2026-10-02', '2026-10-03']],
    ['hour', 0, '2026-03-01T00:10:00Z', ['2026-02-28T22', '2026-02-28T23']],
    ['month', 86_400_000, '2027-01-01T23:00:00Z', ['2026-10', '2026-11']],
    ['month', 86_400_000, '2027-01-02T00:00:00Z', ['2026-11', '2026-12']],
  ])('each %s is due %i ms after its end: at %s', (every, delayMs, now, labels) => {
    const due = duePeriods({ ...PLAN, to: { directory: '' }, every, delayMs, catchUp: 1 }, at(now));
    expect(due.map(({ label }) => label)).toEqual(labels);
    expect(due[0]?.toUs).toBe(due[1]?.fromUs);
  });
});

describe('to a directory', () => {
  test('what is missing is made up for, once, and each file stands alone', async () => {
    const exports = open({ directory });
    await exports.runDue();
    const days = readdirSync(join(directory, 'usage')).sort();
    expect(days).toEqual(['2026-10-01', '2026-10-02', '2026-10-03']);
    for (const day of days) {
      expect(checked(join(directory, 'usage', day))).toMatchObject({ calls: 3, rows: 3, cost_usd: '0.003' });
      const rows = csvRows(readFileSync(join(directory, 'usage', day, 'part-00000.csv'), 'utf8'));
      expect([rows[0]?.[0], rows.length]).toEqual(['call_id', 4]);
    }
    await exports.close();
    // A file that somebody changed stays: what is there is not made again, by another process neither.
    writeFileSync(join(directory, 'usage', '2026-10-01', 'part-00000.csv'), 'changed');
    const again = open({ directory });
    await again.runDue();
    await again.close();
    expect(readFileSync(join(directory, 'usage', '2026-10-01', 'part-00000.csv'), 'utf8')).toBe('changed');
  });

  test('a period that was ended in the middle is made anew, whole', async () => {
    const folder = join(directory, 'usage', '2026-10-01');
    const exports = open({ directory }, { catchUp: 2 });
    await exports.runDue();
    await exports.close();
    rmSync(join(folder, 'manifest.json'));
    writeFileSync(join(folder, 'part-00000.csv'), 'half a file');
    const again = open({ directory });
    await again.runDue();
    await again.close();
    expect(checked(folder)).toMatchObject({ calls: 3, cost_usd: '0.003' });
  });

  test.each(['ndjson', 'parquet', 'focus', 'focus-parquet'] as const)('as %s', async (format) => {
    const exports = open({ directory }, { format });
    await exports.runDue();
    await exports.close();
    expect(checked(join(directory, 'usage', '2026-10-03'))).toMatchObject({ calls: 3 });
    expect(said).toEqual([]);
  });

  test('trouble is said once, and it is tried again', async () => {
    writeFileSync(join(directory, 'file'), '');
    const exports = open({ directory: join(directory, 'file') });
    await exports.runDue();
    await exports.runDue();
    await exports.close();
    expect(said).toEqual([expect.stringMatching(/^the export usage failed and is tried again: /)]);
  });
});

describe('to a store that speaks S3', () => {
  let server: S3Server;
  beforeEach(async () => {
    server = await openS3Server('eu-central-1');
  });
  afterEach(() => server.close());
  const place = (over: object = {}) => ({
    ...{
      bucket: 'costs',
      prefix: 'raw data/ä/',
      region: 'eu-central-1',
      endpoint: server.endpoint,
      ...S3_KEYS,
      ...over,
    },
  });

  test('requests are signed, the manifest is put last, and a restart puts nothing again', async () => {
    const exports = open({ s3: place() }, { catchUp: 0 });
    await exports.runDue();
    await exports.close();
    expect(said).toEqual([]);
    const folder = '/costs/raw data/ä/usage/2026-10-03';
    expect(server.log).toEqual([
      `HEAD ${folder}/manifest.json 404`,
      `PUT ${folder}/part-00000.csv 200`,
      `PUT ${folder}/manifest.json 200`,
    ]);
    const again = open({ s3: place() }, { catchUp: 0 });
    await again.runDue();
    await again.close();
    expect(server.log.slice(3)).toEqual([`HEAD ${folder}/manifest.json 200`]);
    expect(readdirSync(await ledger.exports.staging())).toEqual([]);
  });

  test('a store that is busy is asked again', async () => {
    server.failures.push(503, 500);
    expect(await s3Store(place()).has('x')).toBe(false);
    expect(server.log.map((line) => line.split(' ').at(-1))).toEqual(['503', '500', '404']);
  });

  test.each([
    ['another secret', { secretAccessKey: 'not it' }],
    ['another region', { region: 'us-east-1' }],
  ])('%s is refused and told without the keys', async (_, over) => {
    const exports = open({ s3: place(over) }, { catchUp: 0 });
    await exports.runDue();
    await exports.close();
    expect(said).toEqual([expect.stringContaining('the bucket costs answered 403; check the keys')]);
    expect(said.join()).not.toMatch(/not it|wJalr|AKID/);
    expect(server.objects.size).toBe(0);
  });
});

describe('in costspan.yaml', () => {
  const variable = (name: string) => `\${${name}}`;
  const parse = (exports: object) => parseConfig({ exports }, 'test', { KEY: 'k', SECRET: 's' });
  test('a place alone is an export, and keys come from the environment', () => {
    const s3 = {
      to: 's3://costs/raw/',
      accessKeyId: variable('KEY'),
      secretAccessKey: variable('SECRET'),
      format: 'focus',
      every: 'month',
    };
    const { exports } = parse({ daily: './out', finance: s3 });
    expect(exports?.[0]).toMatchObject({ name: 'daily', format: 'parquet', every: 'day', to: { directory: './out' } });
    expect(exports?.[1]?.to).toEqual({
      s3: { bucket: 'costs', prefix: 'raw/', region: 'us-east-1', accessKeyId: 'k', secretAccessKey: 's' },
    });
  });

  test.each([
    [{ a: {} }, 'OPTION_REQUIRED'],
    [{ 'a/b': './out' }, 'NAME_FORMAT'],
    [{ a: { to: 's3://costs/x', accessKeyId: 'k' } }, 'OPTION_REQUIRED'],
    [{ a: { to: 's3://C', accessKeyId: 'k', secretAccessKey: 's' } }, 'BUCKET_FORMAT'],
    [{ a: { to: './out', every: 'week' } }, 'OPTION_CHOICE'],
    [{ a: { to: './out', locale: '!' } }, 'LOCALE_UNKNOWN'],
  ])('%j is a mistake', (exports, code) => {
    expect(() => parse(exports)).toThrow(expect.objectContaining({ findings: [expect.objectContaining({ code })] }));
  });

  test('nothing is made before it is asked for', () => {
    expect(existsSync(join(directory, 'usage'))).toBe(false);
    expect(parse({}).exports).toBe(undefined);
  });
});
