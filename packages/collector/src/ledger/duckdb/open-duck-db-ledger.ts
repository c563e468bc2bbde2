import { availableParallelism, totalmem } from 'node:os';
import { GroupCommit } from '../group-commit.ts';
import { type AppendResult, type Ledger, LedgerUnavailableError } from '../ledger.ts';
import { type Batch, type CallWriter, openCallWriter, readBatch } from './call-writer.ts';
import { readCall, readCalls } from './calls-sql.ts';
import { type Connection, type Database, openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { Readers } from './readers.ts';
import { readUsage } from './usage-sql.ts';

export interface DuckDbLedgerOptions {
  /** A directory (the file becomes `ledger.duckdb` in it), a `.duckdb` file, or `:memory:`. */
  readonly path: string;
  /** Knowledge time, microseconds since 1970 UTC. */
  readonly nowUs?: () => number;
  readonly groupRowsMax?: number;
  readonly groupAgeMaxMs?: number;
  readonly waitingRowsMax?: number;
  readonly queryTimeoutMs?: number;
  /** Memory DuckDB may use beside the process's own. */
  readonly memoryBytesMax?: number;
  /** The write-ahead log is folded into the file when it grows past this. */
  readonly walBytesMax?: number;
}

const MEBIBYTE = 1024 ** 2;
/** After a failure the file is not opened again sooner than this. */
const REOPEN_AFTER_MS = 500;

/** One opening of the file. */
interface Session {
  readonly database: Database;
  readonly connection: Connection;
  readonly writer: CallWriter;
  readonly readers: Readers;
}

/**
 * Opens (or makes) a ledger in DuckDB. One process at a time.
 *
 * When a write fails the file is closed and opened anew before the next one: what was committed is replayed from the
 * write-ahead log, what was not is gone, and the ledger works again as soon as the cause is.
 * @throws LedgerUnavailableError `LEDGER_LOCKED`, `LEDGER_OPEN`, `LEDGER_SCHEMA_NEWER`.
 */
export async function openDuckDbLedger(options: DuckDbLedgerOptions): Promise<Ledger> {
  const nowUs = options.nowUs ?? (() => Date.now() * 1000);
  const inMemory = options.path === ':memory:';
  let session: Promise<Session> | undefined = openSession(options, nowUs());
  let failedAtMs = Number.NEGATIVE_INFINITY;
  let failure: unknown;
  let closed = false;
  await session;

  function current(): Promise<Session> {
    if (closed) throw new LedgerUnavailableError('LEDGER_CLOSED', 'the ledger is closed');
    if (session !== undefined) return session;
    if (performance.now() - failedAtMs < REOPEN_AFTER_MS) throw failure;
    const opening = openSession(options, nowUs());
    session = opening;
    opening.catch((error: unknown) => {
      session = undefined;
      failedAtMs = performance.now();
      failure = error;
    });
    return opening;
  }

  const commits = new GroupCommit<Batch, AppendResult>({
    rowsOf: (batch) => batch.calls.length,
    groupRowsMax: options.groupRowsMax ?? 8192,
    groupAgeMaxMs: options.groupAgeMaxMs ?? 5,
    waitingRowsMax: options.waitingRowsMax ?? 262_144,
    async commit(batches) {
      const open = await current();
      try {
        return await open.writer.commit(batches, nowUs());
      } catch (error) {
        failure = unavailable(error, 'LEDGER_WRITE', 'the calls could not be written');
        if (!inMemory) {
          failedAtMs = performance.now();
          session = undefined;
          await closeSession(open);
        }
        throw failure;
      }
    },
  });

  async function read<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const open = await current();
    try {
      return await open.readers.read(work);
    } catch (error) {
      throw unavailable(error, 'LEDGER_READ', 'the ledger could not be read');
    }
  }

  return {
    async append(calls) {
      return calls.length === 0 ? { inserted: 0, duplicates: 0 } : commits.add(readBatch(calls));
    },
    query: (query) => read((connection) => readUsage(connection, query, nowUs())),
    calls: (query) => read((connection) => readCalls(connection, query)),
    call: (id) => read((connection) => readCall(connection, id)),
    async close() {
      if (closed) return;
      await commits.close();
      closed = true;
      const open = await session?.catch(() => undefined);
      if (open !== undefined) await closeSession(open);
    },
  };
}

async function openSession(options: DuckDbLedgerOptions, nowUs: number): Promise<Session> {
  const database = await openDatabase({
    path: options.path,
    threads: availableParallelism(),
    memoryBytesMax: options.memoryBytesMax ?? Math.min(4096 * MEBIBYTE, Math.floor(totalmem() / 4)),
    walBytesMax: options.walBytesMax ?? 16 * MEBIBYTE,
  });
  try {
    const connection = await database.connect();
    await migrate(connection, nowUs);
    const writer = await openCallWriter(connection);
    const readers = new Readers(database, {
      connectionsMax: 4,
      waitingMax: 64,
      timeoutMs: options.queryTimeoutMs ?? 15_000,
    });
    return { database, connection, writer, readers };
  } catch (error) {
    database.close();
    throw unavailable(error, 'LEDGER_OPEN', `the ledger ${options.path} cannot be opened`);
  }
}

async function closeSession({ database, connection, readers }: Session): Promise<void> {
  await readers.close();
  connection.close();
  database.close();
}

function unavailable(error: unknown, code: string, what: string): unknown {
  if (!(error instanceof Error) || error.name !== 'Error') return error;
  return new LedgerUnavailableError(code, `${what}: ${error.message}`, { cause: error });
}
