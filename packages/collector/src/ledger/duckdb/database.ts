import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { type DuckDBConnection, DuckDBDecimalValue, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import bindings from '@duckdb/node-bindings';
import { LedgerUnavailableError } from '../ledger.ts';
import type { SqlCell, SqlParam } from '../sql/dialect.ts';
import type { Column, Commit } from './columns.ts';
import { chunksOf, type Picked } from './fill-chunk.ts';

export type { SqlCell, SqlParam };

export interface DatabaseOptions {
  /** A directory (the file becomes `ledger.duckdb` in it), a `.duckdb` file, or `:memory:`. */
  readonly path: string;
  readonly memoryBytesMax: number;
  /** Threads DuckDB may use for one query. */
  readonly threads: number;
  /** The write-ahead log is folded into the file when it grows past this. */
  readonly walBytesMax: number;
}

/**
 * Rows per row group. Small ones keep the stall of a checkpoint short: it rewrites the last group. Measured on 42 columns
 * with 2,048-row commits, 122,880 rows (the default): 440 ms longest stall; 30,720: 100 ms, and 15 % more rows per second.
 */
export const ROW_GROUP_ROWS = 30_720;
/** Oldest DuckDB that can read our files. Fixed here so that a newer library does not change the format by itself. */
const STORAGE_VERSION = 'v1.5.0';
/** Most bytes of temporary files a question may spill beside the ledger. */
const SPILL_BYTES_MAX = 10 * 1024 ** 3;

/** Files this process holds. DuckDB's lock keeps other processes out but not a second instance in this one. */
const heldFiles = new Set<string>();

/** One DuckDB file (or memory), opened exclusively. The library is used nowhere outside this folder. */
export interface Database {
  connect(): Promise<Connection>;
  /** The only directory that a statement can write files to. It is made by whoever needs it, and removed when the file is opened. */
  readonly staging: string;
  close(): void;
}

export interface Connection {
  run(sql: string, params?: readonly SqlParam[]): Promise<void>;
  /** All rows of the answer; `rowsMax` is a bound for memory, not a promise of fewer. */
  rows(sql: string, params?: readonly SqlParam[]): Promise<SqlCell[][]>;
  /** Streams columns without NULLs as they stand in memory, in little-endian 32-bit words; `widths` are bytes per cell. */
  words<const Widths extends readonly number[]>(
    sql: string,
    widths: Widths,
    visit: (columns: { readonly [Index in keyof Widths]: Uint32Array }, rowCount: number) => void,
  ): Promise<void>;
  /** Appends rows; `columns` are all columns of the table in its order. */
  append<Row>(table: string, columns: readonly Column<Row>[], picked: readonly Picked[], commit: Commit): Promise<void>;
  /** Makes the running statement of this connection fail. */
  interrupt(): void;
  close(): void;
}

/** @throws LedgerUnavailableError `LEDGER_LOCKED` when somebody holds the file, `LEDGER_OPEN` when it cannot be opened. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  if (options.path === ':memory:') return attach(options, undefined);
  let file = options.path;
  try {
    file = ledgerFile(options.path);
  } catch (error) {
    throw openError(error, file);
  }
  if (heldFiles.has(file)) throw lockedError(file, 'this process');
  heldFiles.add(file);
  try {
    return await attach(options, file);
  } catch (error) {
    heldFiles.delete(file);
    throw openError(error, file);
  }
}

/** The directory is made when it is missing, readable by its owner only. */
function ledgerFile(path: string): string {
  const asked = resolve(path);
  const file = asked.endsWith('.duckdb') ? asked : join(asked, 'ledger.duckdb');
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return existsSync(file) ? realpathSync(file) : join(realpathSync(dirname(file)), basename(file));
}

async function attach(options: DatabaseOptions, file: string | undefined): Promise<Database> {
  const spill = file === undefined ? '' : join(dirname(file), 'spill');
  const staging = file === undefined ? join(tmpdir(), `costspan-${randomUUID()}`) : `${file}.staging`;
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${options.memoryBytesMax}B`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    checkpoint_threshold: `${options.walBytesMax}B`,
    temp_directory: spill,
    max_temp_directory_size: `${SPILL_BYTES_MAX}B`,
  });
  try {
    const setup = await instance.connect();
    const storage = file === undefined ? '' : `, STORAGE_VERSION '${STORAGE_VERSION}'`;
    await setup.run(`ATTACH '${quote(file ?? ':memory:')}' AS ledger (ROW_GROUP_SIZE ${ROW_GROUP_ROWS}${storage})`);
    // The file is ours now, so what a killed process has spilled is nobody's.
    if (file !== undefined) rmSync(spill, { recursive: true, force: true });
    rmSync(staging, { recursive: true, force: true });
    await setup.run(`SET allowed_directories = ['${quote(join(staging, '/'))}']`);
    // From here on no statement can reach another file, load code or undo these settings.
    await setup.run('SET enable_external_access = false');
    await setup.run('SET lock_configuration = true');
    setup.closeSync();
    return database(instance, file, staging);
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

function quote(text: string): string {
  return text.replaceAll("'", "''");
}

function openError(error: unknown, file: string): LedgerUnavailableError {
  const message = error instanceof Error ? error.message : String(error);
  const holder = /Conflicting lock is held in (.*?) ?\(PID (\d+)\)/.exec(message);
  if (holder !== null) return lockedError(file, `process ${holder[2]} (${holder[1]})`, error);
  if (/lock on file/i.test(message)) return lockedError(file, 'another process', error);
  return new LedgerUnavailableError('LEDGER_OPEN', `the ledger ${file} cannot be opened: ${message}`, { cause: error });
}

function lockedError(file: string, holder: string, cause?: unknown): LedgerUnavailableError {
  return new LedgerUnavailableError(
    'LEDGER_LOCKED',
    `the ledger ${file} is open in ${holder}; a ledger belongs to one process at a time. Stop that one, or choose another data directory`,
    { cause },
  );
}

function database(instance: DuckDBInstance, file: string | undefined, staging: string): Database {
  let closed = false;
  return {
    staging,
    async connect() {
      const connection = await instance.connect();
      await connection.run('USE ledger');
      return wrap(connection);
    },
    close() {
      if (closed) return;
      closed = true;
      instance.closeSync();
      rmSync(staging, { recursive: true, force: true });
      if (file !== undefined) heldFiles.delete(file);
    },
  };
}

function wrap(connection: DuckDBConnection): Connection {
  return {
    async run(sql, params = []) {
      await connection.run(sql, [...params]);
    },
    async rows(sql, params = []) {
      const result = await connection.stream(sql, [...params]);
      const rows: SqlCell[][] = [];
      for await (const chunk of result) {
        for (const row of chunk.getRows()) rows.push(row.map(cell));
      }
      return rows;
    },
    async words(sql, widths, visit) {
      const result = await connection.stream(sql);
      // Read to its end whatever happens: a result that is left half read keeps the file open behind a closed connection.
      let failure: { readonly error: unknown } | undefined;
      for await (const chunk of result) {
        if (failure !== undefined) continue;
        try {
          const count = chunk.rowCount;
          const columns = widths.map((width, column) => words(chunk.chunk, column, count * width));
          visit(columns as { readonly [Index in keyof typeof widths]: Uint32Array }, count);
        } catch (error) {
          failure = { error };
        }
      }
      if (failure !== undefined) throw failure.error;
    },
    async append(table, columns, picked, commit) {
      if (picked.every(({ rows }) => rows.length === 0)) return;
      const appender = await connection.createAppender(table);
      try {
        for (const chunk of chunksOf(columns, picked, commit)) {
          appender.appendDataChunk(chunk);
          appender.flushSync();
          await turn();
        }
      } finally {
        appender.closeSync();
      }
    },
    interrupt() {
      connection.interrupt();
    },
    close() {
      connection.closeSync();
    },
  };
}

/** Lets requests in between two chunks: one takes some milliseconds. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

type NativeChunk = Parameters<typeof bindings.data_chunk_get_vector>[0];

function words(chunk: NativeChunk, column: number, byteCount: number): Uint32Array {
  const data = bindings.vector_get_data(bindings.data_chunk_get_vector(chunk, column), byteCount);
  return data.byteOffset % 4 === 0
    ? new Uint32Array(data.buffer, data.byteOffset, byteCount / 4)
    : new Uint32Array(data.slice().buffer);
}

function cell(value: DuckDBValue): SqlCell {
  if (value instanceof DuckDBDecimalValue) return value.value;
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  return value.toString();
}
