import { availableParallelism, totalmem } from 'node:os';
import { LedgerUnavailableError } from '../ledger.ts';
import { CallWriter } from './call-writer.ts';
import { type Connection, type Database, openDatabase } from './database.ts';
import { type LedgerState, loadLedgerState } from './ledger-state.ts';
import { migrate } from './migrate.ts';
import type { DuckDbLedgerOptions } from './open-duck-db-ledger.ts';
import { Readers } from './readers.ts';
import { SpanLoader } from './span-loader.ts';

const MEBIBYTE = 1024 ** 2;
/** Each thread of a question holds memory of its own; past a few they gain little on a ledger's sums. */
const THREADS_MAX = 8;
const LATE_AFTER_MS = 3_600_000;
/** After a failure nothing is written for this long. */
const RETRY_AFTER_MS = 500;

/** What writes. */
export interface Writing {
  readonly connection: Connection;
  readonly writer: CallWriter;
  readonly state: LedgerState;
}

/** One opening of the file. */
interface Session extends Writing {
  readonly database: Database;
  readonly loader: SpanLoader;
  readonly readers: Readers;
}

/** The current opening of the file, and what to do when it breaks. */
export class Sessions {
  readonly #options: DuckDbLedgerOptions;
  readonly #nowUs: () => number;
  #session: Promise<Session> | undefined;
  /** The last write that was asked for. */
  #turn: Promise<unknown> = Promise.resolve();
  #failure: { readonly atMs: number; readonly error: unknown } | undefined;
  #state: LedgerState | undefined;
  #closed = false;

  constructor(options: DuckDbLedgerOptions, nowUs: () => number) {
    this.#options = options;
    this.#nowUs = nowUs;
  }

  /** Calls that started before are deleted, as of the last use. */
  get keptFromUs(): number {
    return this.#state?.callsFromUs ?? 0;
  }

  async current(): Promise<Session> {
    if (this.#closed) throw new LedgerUnavailableError('LEDGER_CLOSED', 'the ledger is closed');
    this.#session ??= openSession(this.#options, this.#nowUs());
    try {
      const session = await this.#session;
      this.#state = session.state;
      return session;
    } catch (error) {
      this.#session = undefined;
      throw error;
    }
  }

  /**
   * Runs one write after the other. For a moment after a failure writes are refused without trying, so that a full disk
   * is not hammered.
   */
  write<T>(work: (writing: Writing) => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => this.#write(work));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #write<T>(work: (writing: Writing) => Promise<T>): Promise<T> {
    if (this.#failure !== undefined && performance.now() - this.#failure.atMs < RETRY_AFTER_MS)
      throw this.#failure.error;
    try {
      const session = await this.current();
      try {
        return await work(session);
      } catch (error) {
        await this.#abandon(session);
        throw error;
      }
    } catch (error) {
      const failure = unavailable(error, 'LEDGER_WRITE', 'the calls could not be written');
      this.#failure = { atMs: performance.now(), error: failure };
      throw failure;
    }
  }

  /**
   * Runs work that can wait, between two writes. A failure of it, such as too little memory, leaves questions and writes
   * alone, unless the store itself has broken.
   */
  maintain<T>(work: (writing: Writing) => Promise<T>): Promise<T> {
    const turn = this.#turn.then(async () => {
      const session = await this.current();
      try {
        return await work(session);
      } catch (error) {
        if (isFatal(error)) await this.#abandon(session);
        throw unavailable(error, 'LEDGER_WRITE', 'the calls could not be rolled up');
      }
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** @param timeoutMs where it may take longer than a question */
  async read<T>(work: (connection: Connection) => Promise<T>, timeoutMs?: number): Promise<T> {
    const session = await this.current();
    try {
      return await session.readers.read(work, timeoutMs);
    } catch (error) {
      if (isFatal(error)) await this.#abandon(session);
      throw unavailable(error, 'LEDGER_READ', 'the ledger could not be read');
    }
  }

  /** Where files of exports are made. */
  async staging(): Promise<string> {
    return (await this.current()).database.staging;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#turn;
    const session = await this.#session?.catch(() => undefined);
    if (session !== undefined) await closeSession(session);
  }

  /** The next use opens the file anew. A ledger in memory has nothing to open and stays. */
  async #abandon(session: Session): Promise<void> {
    if (this.#options.path === ':memory:' || this.#session === undefined || (await this.#session) !== session) return;
    this.#session = closeSession(session).then(() => openSession(this.#options, this.#nowUs()));
    await this.#session.catch(() => {
      // Told to whoever uses the ledger next.
    });
  }
}

async function openSession(options: DuckDbLedgerOptions, nowUs: number): Promise<Session> {
  const database = await openDatabase({
    path: options.path,
    threads: Math.min(availableParallelism(), THREADS_MAX),
    memoryBytesMax: options.memoryBytesMax ?? defaultMemoryBytes(),
    walBytesMax: options.walBytesMax ?? 32 * MEBIBYTE,
  });
  try {
    const connection = await database.connect();
    await migrate(connection, nowUs);
    const state = await loadLedgerState(connection);
    const loader = await SpanLoader.start(database, connection);
    const writer = new CallWriter(connection, loader.known, state, {
      lateAfterUs: (options.lateAfterMs ?? LATE_AFTER_MS) * 1000,
      onBilled: options.onBilled,
    });
    const readers = new Readers(database, {
      connectionsMax: 4,
      waitingMax: 64,
      timeoutMs: options.queryTimeoutMs ?? 15_000,
    });
    return { database, connection, loader, writer, state, readers };
  } catch (error) {
    database.close();
    throw unavailable(error, 'LEDGER_OPEN', `the ledger ${options.path} cannot be opened`);
  }
}

/** A quarter of what the machine or container has, from 256 MiB (a checkpoint needs some 100) to 4 GiB. */
function defaultMemoryBytes(): number {
  const available = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return Math.floor(Math.min(4096 * MEBIBYTE, Math.max(256 * MEBIBYTE, available / 4)));
}

async function closeSession({ database, connection, loader, readers }: Session): Promise<void> {
  await loader.stop();
  await readers.close();
  connection.close();
  database.close();
}

function unavailable(error: unknown, code: string, what: string): unknown {
  if (!(error instanceof Error) || error.name !== 'Error') return error;
  return new LedgerUnavailableError(code, `${what}: ${error.message}`, { cause: error });
}

/** DuckDB refuses everything after such an error until the file is opened anew. */
function isFatal(error: unknown): boolean {
  return error instanceof Error && /FATAL|has been invalidated/.test(error.message);
}
