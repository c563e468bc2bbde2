import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FIRST_US, madeCall } from '../made-call.contract.ts';
import { everything } from '../usage.contract.ts';
import { CALL_COLUMNS, packCalls, SUPERSEDED_COLUMNS } from './call-columns.ts';
import { type Connection, type Database, openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { openDuckDbLedger } from './open-duck-db-ledger.ts';
import { storedSums, sumsOf } from './stored-sums.contract.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'costspan-migrate-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('every migration file is in the list, and the list is numbered from 1 without gaps', () => {
  const files = readdirSync(new URL('migrations', import.meta.url)).filter((file) => file !== 'index.ts');
  expect(MIGRATIONS.map(({ version, name }) => `${String(version).padStart(4, '0')}-${name}.ts`)).toEqual(files.sort());
  expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
});

test('the migrated table has the columns that are written, in their order and types', async () => {
  await withConnection(async (connection) => {
    await migrate(connection, 0);
    const columns = await connection.rows(
      "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'calls' ORDER BY column_index",
    );
    expect(columns).toEqual(CALL_COLUMNS.map(({ name, type }) => [name, type.toString()]));
  });
});

test('opening again changes nothing and remembers when each step was taken', async () => {
  await withConnection((connection) => migrate(connection, 1_000_000));
  await withConnection(async (connection) => {
    await migrate(connection, 2_000_000);
    const versions = await connection.rows('SELECT version, name, epoch_us(applied_at) FROM schema_version ORDER BY 1');
    expect(versions).toEqual(MIGRATIONS.map(({ version, name }) => [version, name, 1_000_000n]));
  });
});

test('a ledger that the first version wrote opens, keeps its rows and answers the same totals', async () => {
  const first = MIGRATIONS.slice(0, 1);
  const hour = 3_600_000_000;
  const sent = Array.from({ length: 50 }, (_, n) =>
    madeCall({
      n,
      cost: `0.00${n}`,
      tags: { customer_id: `c${n % 3}`, plan: 'pro' },
      meters: { images: n, seconds: 0.5 },
    }),
  );
  const receivedAtUs = FIRST_US + hour + 5_000_000;
  await withConnection(async (connection) => {
    await migrate(connection, 0, first);
    const [row] = await connection.rows("SELECT count(*) FROM duckdb_columns() WHERE table_name = 'calls'");
    const columns = CALL_COLUMNS.slice(0, Number(row?.[0]));
    const rows = { pack: packCalls(sent), rows: sent.map((_, row) => row), late: new Uint8Array(sent.length) };
    await connection.append('calls', columns, [rows], { receivedAtUs });
  });
  const ledger = await openDuckDbLedger({ path: directory, rollUpIntervalMs: 0 });
  const ask = { groupBy: ['customer_id', 'plan'], metrics: ['calls', 'cost', 'images', 'seconds'] };
  const before = await everything(ledger, ask);
  expect(before.total).toMatchObject({ calls: 50, cost: '0.163', images: 1225, seconds: 25 });
  expect(await ledger.append(sent)).toMatchObject({ inserted: 0, duplicates: 50 });
  await ledger.rollUp();
  expect({ ...(await everything(ledger, ask)), complete_to: '' }).toEqual({ ...before, complete_to: '' });
  await ledger.close();
  // The last of them ended less than an hour before they were received.
  const truth = sumsOf(sent.map((priced, n) => ({ priced, late: n < 5 })));
  expect(await storedSums(directory)).toEqual(truth);
});

test('a superseded call keeps the time at which it was, and its table ends like the one that is written', async () => {
  await withConnection(async (connection) => {
    await migrate(connection, 0, MIGRATIONS.slice(0, 2));
    await connection.run(
      "INSERT INTO superseded BY NAME SELECT uuid() AS trace_id, 1 AS span_id, TIMESTAMP '2026-10-01' AS superseded_at",
    );
    await migrate(connection, 0);
    expect(await connection.rows('SELECT superseded_at::VARCHAR, native_cost FROM superseded')).toEqual([
      ['2026-10-01 00:00:00', null],
    ]);
    const columns = async (table: string) => {
      const found = await connection.rows(
        `SELECT column_name FROM duckdb_columns() WHERE table_name = '${table}' ORDER BY column_index`,
      );
      return found.flat();
    };
    const written = SUPERSEDED_COLUMNS.map(({ name }) => name);
    expect(await columns('superseded')).toEqual(written);
    // A step that adds a column adds it here too: superseded calls are copied into it by the order of columns.
    expect(await columns('revised')).toEqual([...written, 'revived_at']);
  });
});

test('a new step is taken over the rows that are there', async () => {
  const ledger = await openDuckDbLedger({ path: directory });
  await ledger.append([madeCall({ n: 1 })]);
  await ledger.close();
  await withConnection(async (connection) => {
    const step = { version: 99, name: 'later', sql: ["ALTER TABLE calls ADD COLUMN tenant VARCHAR DEFAULT 'main'"] };
    await migrate(connection, 0, [...MIGRATIONS, step]);
    expect(await connection.rows('SELECT tenant FROM calls')).toEqual([['main']]);
  });
});

test('a step that fails leaves the version before it, whole', async () => {
  await withConnection(async (connection) => {
    const step = { version: 99, name: 'broken', sql: ['CREATE TABLE half (n INTEGER)', 'SELECT * FROM nowhere'] };
    await expect(migrate(connection, 0, [...MIGRATIONS, step])).rejects.toThrow('nowhere');
  });
  const ledger = await openDuckDbLedger({ path: directory });
  expect((await everything(ledger)).total['calls']).toBe(0);
  await ledger.close();
  await withConnection(async (connection) => {
    expect(await connection.rows("SELECT table_name FROM duckdb_tables() WHERE table_name = 'half'")).toEqual([]);
  });
});

test('a ledger of a newer Costspan is refused with what to do', async () => {
  await withConnection((connection) =>
    migrate(connection, 0, [...MIGRATIONS, { version: 99, name: 'future', sql: [] }]),
  );
  await expect(openDuckDbLedger({ path: directory })).rejects.toMatchObject({
    code: 'LEDGER_SCHEMA_NEWER',
    message: `the ledger has schema version 99; this Costspan knows up to ${MIGRATIONS.length}. Run the newer Costspan, or choose another data directory`,
  });
  // The refusal lets go of the file.
  await withConnection(async (connection) => {
    expect(await connection.rows('SELECT max(version) FROM schema_version')).toEqual([[99]]);
  });
});

async function withConnection(work: (connection: Connection) => Promise<void>): Promise<void> {
  const database: Database = await openDatabase({
    path: directory,
    threads: 1,
    memoryBytesMax: 2 ** 30,
    walBytesMax: 2 ** 24,
  });
  const connection = await database.connect();
  try {
    await work(connection);
  } finally {
    connection.close();
    database.close();
  }
}
