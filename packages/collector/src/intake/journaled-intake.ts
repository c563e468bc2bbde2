import { deserialize, serialize } from 'node:v8';
import { Inflight } from '../inflight.ts';
import { type ContextSpan, type Ledger, LedgerUnavailableError, type PricedCall } from '../ledger/ledger.ts';
import type { Notices } from '../notices.ts';
import type { Intake, IntakeWatch } from './intake.ts';
import { Journal, type Written } from './journal.ts';

export interface JournaledIntakeOptions {
  /** A folder of its own. */
  readonly path: string;
  /** How long calls wait for others before they are written to the ledger. */
  readonly commitIntervalMs: number;
  /** Calls and context spans that may wait for the ledger; beyond them `accept` is refused at once. */
  readonly waitingRowsMax: number;
  readonly watch: IntakeWatch;
  readonly notices: Notices;
}

/** So many rows are written at once without waiting longer: a row group of the ledger. */
const ROWS_DUE = 30_720;
/** After a failure nothing is tried again for this long. */
const RETRY_AFTER_MS = 1000;

/** What one `accept` was given. */
interface Batch {
  readonly calls: readonly PricedCall[];
  readonly contexts: readonly ContextSpan[];
}

interface Waiting extends Batch {
  readonly rows: number;
  /** Its record; `undefined` when the disk did not take it, so that only the ledger can make it durable. Never rejects. */
  readonly journaled: Promise<Written | undefined>;
  readonly durable: () => void;
  readonly refused: (cause: unknown) => void;
}

/**
 * Makes calls durable in a journal, which takes a millisecond, and writes them to the ledger in large commits: one commit
 * costs as much as some thousand rows in it. What was acknowledged and not committed when the process ends, however it ends, is
 * committed by the next `open`; a call that was committed already is known by its ids and changes nothing.
 *
 * A commit that fails is tried again batch by batch, so that one the ledger cannot take does not hold up the others.
 */
export class JournaledIntake implements Intake {
  readonly #ledger: Pick<Ledger, 'append'>;
  readonly #journal: Journal;
  readonly #options: JournaledIntakeOptions;
  #waiting: Waiting[] = [];
  /** In the journal, and refused by the ledger before. */
  #retried: Waiting[] = [];
  #retryAtMs = 0;
  /** Rows of both. */
  readonly #rows: Inflight;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  /** A commit that has not begun. */
  #queued: Promise<void> | undefined;
  #isClosed = false;

  private constructor(ledger: Pick<Ledger, 'append'>, journal: Journal, options: JournaledIntakeOptions) {
    this.#ledger = ledger;
    this.#journal = journal;
    this.#options = options;
    this.#rows = new Inflight(options.waitingRowsMax, 'as many calls as allowed wait to be written to the ledger');
  }

  /** @throws LedgerUnavailableError when what an earlier run acknowledged cannot be written, or the folder cannot. */
  static async open(ledger: Pick<Ledger, 'append'>, options: JournaledIntakeOptions): Promise<JournaledIntake> {
    const { path, watch, notices } = options;
    const redo = async (body: Buffer): Promise<void> => {
      const { calls, contexts } = deserialize(body) as Batch;
      watch.stored(await ledger.append(calls, contexts));
    };
    const tellDamage = (file: string): void =>
      notices.tell(`the journal is damaged: what can be read of it is in the ledger, the rest is in ${file}`);
    try {
      return new JournaledIntake(ledger, await Journal.open(path, redo, tellDamage), options);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      const message = `what was acknowledged before cannot be taken from the journal: ${why}. Mend that and start again, or move ${path} away to start without those calls`;
      throw new LedgerUnavailableError('LEDGER_JOURNAL', message, { cause });
    }
  }

  accept(calls: readonly PricedCall[], contexts: readonly ContextSpan[]): Promise<void> {
    const rows = calls.length + contexts.length;
    return new Promise((durable, refused) => {
      if (this.#isClosed) throw new LedgerUnavailableError('LEDGER_CLOSED', 'the ledger is closed');
      this.#rows.take(rows);
      const journaled = this.#journal.write(serialize({ calls, contexts } satisfies Batch)).then(
        (written) => {
          durable();
          return written;
        },
        () => undefined,
      );
      this.#waiting.push({ calls, contexts, rows, journaled, durable, refused });
      if (this.#rows.held >= ROWS_DUE) void this.flush();
      else this.#flushIn(this.#options.commitIntervalMs);
    });
  }

  /** Resolves when everything accepted before is in the ledger, or the ledger has refused it. */
  flush(): Promise<void> {
    this.#queued ??= this.#turn.then(() => {
      this.#queued = undefined;
      return this.#commit();
    });
    this.#turn = this.#queued;
    return this.#queued;
  }

  /** Commits what waits. What the ledger does not take stays in the journal for the next `open`. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#retryAtMs = 0;
    await this.flush();
    clearTimeout(this.#timer);
    await this.#journal.close();
  }

  #flushIn(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.flush();
    }, ms);
  }

  async #commit(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (performance.now() >= this.#retryAtMs) await this.#commitRetried();
    const group = this.#waiting;
    this.#waiting = [];
    if (group.length > 0 && !(await this.#store(group))) this.#retryAtMs = performance.now() + RETRY_AFTER_MS;
    if (this.#retried.length > 0 && !this.#isClosed) this.#flushIn(RETRY_AFTER_MS);
  }

  /** One after the other, until one is refused again: that one goes last. */
  async #commitRetried(): Promise<void> {
    const retried = this.#retried;
    this.#retried = [];
    for (let batch = retried.shift(); batch !== undefined; batch = retried.shift()) {
      if (await this.#store([batch])) continue;
      this.#retryAtMs = performance.now() + RETRY_AFTER_MS;
      break;
    }
    this.#retried.unshift(...retried);
  }

  /** `false` when the ledger refused; then what is in the journal is among those to be tried again. */
  async #store(group: readonly Waiting[]): Promise<boolean> {
    // Afterwards it is certain for each whether it is on the disk.
    const records = await Promise.all(group.map(({ journaled }) => journaled));
    const { watch } = this.#options;
    try {
      const result = await this.#ledger.append(
        group.flatMap(({ calls }) => calls),
        group.flatMap(({ contexts }) => contexts),
      );
      watch.stored(result);
      for (const [index, { rows, durable }] of group.entries()) {
        durable();
        this.#rows.give(rows);
        this.#forget(records[index]);
      }
      return true;
    } catch (cause) {
      const kept = group.filter((_, index) => records[index] !== undefined);
      watch.failed(cause, kept.length > 0);
      this.#retried.push(...kept);
      for (const [index, { rows, refused }] of group.entries()) {
        if (records[index] !== undefined) continue;
        this.#rows.give(rows);
        refused(cause);
      }
      return false;
    }
  }

  #forget(record: Written | undefined): void {
    if (record === undefined) return;
    this.#journal.done(record).catch(() => {
      // A file that cannot be removed is read again by the next `open`, to no effect.
    });
  }
}
