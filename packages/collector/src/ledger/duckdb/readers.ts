import { LedgerUnavailableError, QueryTooLargeError } from '../ledger.ts';
import type { Connection, Database } from './database.ts';

export interface ReadersOptions {
  readonly connectionsMax: number;
  /** Questions that may wait for a connection. */
  readonly waitingMax: number;
  readonly timeoutMs: number;
}

const INTERRUPT_EVERY_MS = 10;

/** Connections for reading, apart from the writer's: a long question never holds up a commit. */
export class Readers {
  readonly #database: Database;
  readonly #options: ReadersOptions;
  readonly #idle: Connection[] = [];
  readonly #busy = new Set<Connection>();
  readonly #waiting: (() => void)[] = [];
  #opened = 0;
  #closed = false;

  constructor(database: Database, options: ReadersOptions) {
    this.#database = database;
    this.#options = options;
  }

  /** Runs `read` on a connection of its own in one read transaction, so all its statements see the same rows. */
  async read<T>(read: (connection: Connection) => Promise<T>, timeoutMs: number = this.#options.timeoutMs): Promise<T> {
    const connection = await this.#acquire();
    const startedAt = performance.now();
    let late = false;
    // An interrupt between two statements is lost, so it is repeated until the question has ended.
    const timer = setInterval(() => {
      late ||= performance.now() - startedAt >= timeoutMs;
      if (late) connection.interrupt();
    }, INTERRUPT_EVERY_MS);
    try {
      await connection.run('BEGIN TRANSACTION READ ONLY');
      return await read(connection);
    } catch (error) {
      if (late) {
        throw new QueryTooLargeError(
          'QUERY_TIMEOUT',
          `the question took longer than ${timeoutMs} ms; ask for a shorter time or fewer groups`,
          { cause: error },
        );
      }
      if (error instanceof Error && error.message.startsWith('Out of Memory Error')) {
        throw new QueryTooLargeError(
          'QUERY_MEMORY',
          'the question needs more memory than the ledger may use; ask for a shorter time or fewer groups',
          { cause: error },
        );
      }
      throw error;
    } finally {
      clearInterval(timer);
      await connection.run('ROLLBACK').catch(() => {
        // An interrupted statement has ended the transaction already.
      });
      this.#release(connection);
    }
  }

  /** Interrupts what runs, waits for it to end and closes every connection. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const go of this.#waiting.splice(0)) go();
    while (this.#busy.size > 0) {
      for (const connection of this.#busy) connection.interrupt();
      await new Promise((resolve) => setTimeout(resolve, INTERRUPT_EVERY_MS));
    }
    for (const connection of this.#idle.splice(0)) connection.close();
  }

  async #acquire(): Promise<Connection> {
    while (!this.#closed && this.#idle.length === 0 && this.#opened >= this.#options.connectionsMax) {
      if (this.#waiting.length >= this.#options.waitingMax) {
        throw new LedgerUnavailableError(
          'LEDGER_BUSY',
          `${this.#waiting.length} questions wait already; ask again later`,
        );
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (this.#closed) throw closedError();
    let connection = this.#idle.pop();
    if (connection === undefined) {
      this.#opened += 1;
      connection = await this.#database.connect().catch((error: unknown) => {
        this.#opened -= 1;
        throw error;
      });
    }
    if (this.#closed) {
      connection.close();
      throw closedError();
    }
    this.#busy.add(connection);
    return connection;
  }

  #release(connection: Connection): void {
    this.#busy.delete(connection);
    this.#idle.push(connection);
    this.#waiting.shift()?.();
  }
}

function closedError(): LedgerUnavailableError {
  return new LedgerUnavailableError('LEDGER_CLOSED', 'the ledger is closed');
}
