import { LedgerUnavailableError } from './ledger.ts';

export interface GroupCommitOptions<Batch, Result> {
  /** Size of a batch in rows. */
  readonly rowsOf: (batch: Batch) => number;
  /** A group is closed when it has this many rows. A larger batch is a group of its own, never cut. */
  readonly groupRowsMax: number;
  /** How long the first batch of a group waits for company. */
  readonly groupAgeMaxMs: number;
  /** Rows that may wait; beyond them a batch is refused at once, so that memory stays bounded. */
  readonly waitingRowsMax: number;
  /** Writes whole batches, all or none, and answers each. Never runs twice at a time. */
  readonly commit: (batches: readonly Batch[]) => Promise<readonly Result[]>;
}

interface Waiting<Batch, Result> {
  readonly batch: Batch;
  readonly rows: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Merges concurrent writes into one commit. While one commit runs the next group gathers, so the busier the store, the
 * larger the groups. A batch is answered only after the commit that holds it.
 */
export class GroupCommit<Batch, Result> {
  readonly #options: GroupCommitOptions<Batch, Result>;
  #waiting: Waiting<Batch, Result>[] = [];
  #waitingRows = 0;
  #running: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #closed = false;

  constructor(options: GroupCommitOptions<Batch, Result>) {
    this.#options = options;
  }

  add(batch: Batch): Promise<Result> {
    const rows = this.#options.rowsOf(batch);
    if (this.#closed) {
      return Promise.reject(new LedgerUnavailableError('LEDGER_CLOSED', 'the ledger is closed'));
    }
    if (this.#waitingRows > 0 && this.#waitingRows + rows > this.#options.waitingRowsMax) {
      return Promise.reject(
        new LedgerUnavailableError('LEDGER_BUSY', `${this.#waitingRows} calls wait to be written; send again later`),
      );
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, rows, resolve, reject });
      this.#waitingRows += rows;
      if (this.#waitingRows >= this.#options.groupRowsMax) this.#wake?.();
      this.#running ??= this.#run();
    });
  }

  /** Refuses new batches and resolves when everything accepted is answered. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    let startedAt = performance.now();
    while (this.#waiting.length > 0) {
      await this.#gather(this.#options.groupAgeMaxMs - (performance.now() - startedAt));
      startedAt = performance.now();
      const group = this.#take();
      try {
        const results = await this.#options.commit(group.map(({ batch }) => batch));
        for (const [index, { resolve }] of group.entries()) resolve(results[index] as Result);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#running = undefined;
  }

  async #gather(waitMs: number): Promise<void> {
    if (waitMs <= 0 || this.#closed || this.#waitingRows >= this.#options.groupRowsMax) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }

  #take(): Waiting<Batch, Result>[] {
    let count = 0;
    let rows = 0;
    for (const waiting of this.#waiting) {
      if (count > 0 && rows + waiting.rows > this.#options.groupRowsMax) break;
      rows += waiting.rows;
      count += 1;
    }
    this.#waitingRows -= rows;
    return this.#waiting.splice(0, count);
  }
}
