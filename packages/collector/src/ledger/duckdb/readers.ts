import { LedgerUnavailableError, QueryTooLargeError } from '../ledger.ts';
import type { Connection, Database } from './database.ts';

export interface ReadersOptions {
  readonly connectionsMax: number;
  /** Questions that may wait for a connection. */
  readonly waitingMax: number;
  readonly timeoutMs: number;
}

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
  async read<T>(read: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.#acquire();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      connection.interrupt();
    }, this.#options.timeoutMs);
    try {
      await connection.run('BEGIN TRANSACTION READ ONLY');
      return await read(connection);
    } catch (error) {
      if (late) {
        throw new QueryTooLargeError(
          'QUERY_TIMEOUT',
          `the question took longer than ${this.#options.timeoutMs} ms; ask for a shorter time or fewer groups`,
          { cause: error },
        );
      }
      throw error;
    } finally {
      clearTimeout(timer);
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
    for (const connection of this.#busy) connection.interrupt();
    while (this.#busy.size > 0) await new Promise((resolve) => setTimeout(resolve, 1));
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
    if (this.#closed) throw new LedgerUnavailableError('LEDGER_CLOSED', 'the ledger is closed');
    let connection = this.#idle.pop();
    if (connection === undefined) {
      this.#opened += 1;
      connection = await this.#database.connect().catch((error: unknown) => {
        this.#opened -= 1;
        throw error;
      });
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
