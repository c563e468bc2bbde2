import { Inflight } from '../inflight.ts';
import {
  type ContextSpan,
  type Ledger,
  LedgerUnavailableError,
  type PackedBatch,
  type Packing,
  type PricedCall,
} from '../ledger/ledger.ts';
import type { Notices } from '../notices.ts';
import type { Intake, IntakeWatch } from './intake.ts';
import { Journal, type Written } from './journal.ts';
import { isPlain, plainPacking } from './plain-packing.ts';

export interface JournaledIntakeOptions {
  /** A folder of its own. */
  readonly path: string;
  /** How long calls wait for others before they are written to the ledger; four times as long while many come. */
  readonly commitIntervalMs: number;
  /** Calls and context spans that may wait for the ledger; beyond them `accept` is refused at once. */
  readonly waitingRowsMax: number;
  readonly watch: IntakeWatch;
  readonly notices: Notices;
  /** At the start: how long a record that the ledger could not write waits for its second and last attempt (1 s). */
  readonly retryAfterMs?: number;
}

/** So many rows are written at once without waiting longer: a row group of the ledger. */
const ROWS_DUE = 30_720;
/** With so many waiting rows the interval is this many times as long: a commit of a row group costs the least. */
const BUSY_ROWS = 2048;
const BUSY_INTERVALS = 4;
/** After a failure nothing is tried again for this long. */
const RETRY_AFTER_MS = 1000;

/** What the intake needs of a ledger. */
type Store = Pick<Ledger, 'append' | 'packing'>;

interface Waiting {
  readonly batch: PackedBatch;
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
  readonly #packing: Packing;
  readonly #journal: Journal;
  readonly #options: JournaledIntakeOptions;
  #waiting: Waiting[] = [];
  /** In the journal, and refused by the ledger before. */
  #retried: Waiting[] = [];
  #retryAtMs = 0;
  /** Rows of both. */
  readonly #rows: Inflight;
  #timer: NodeJS.Timeout | undefined;
  /** How often the interval was over since the last commit. */
  #intervals = 0;
  #turn: Promise<void> = Promise.resolve();
  /** A commit that has not begun. */
  #queued: Promise<void> | undefined;
  #isClosed = false;

  private constructor(packing: Packing, journal: Journal, options: JournaledIntakeOptions) {
    this.#packing = packing;
    this.#journal = journal;
    this.#options = options;
    this.#rows = new Inflight(options.waitingRowsMax, 'as many calls as allowed wait to be written to the ledger');
  }

  /** @throws LedgerUnavailableError when what an earlier run acknowledged cannot be written, or the folder cannot. */
  static async open(ledger: Store, options: JournaledIntakeOptions): Promise<JournaledIntake> {
    const { path, watch, notices } = options;
    const plain = plainPacking(ledger);
    const packing: Packing = ledger.packing ?? plain;
    const redo = async (body: Buffer): Promise<boolean> => {
      const of: Packing = isPlain(body) ? plain : packing;
      try {
        const result = await withOneRetry(() => of.append([of.read(body)]), options.retryAfterMs ?? RETRY_AFTER_MS);
        watch.stored(result);
        return true;
      } catch (error) {
        if (error instanceof LedgerUnavailableError) throw error;
        return false;
      }
    };
    const journalWatch = {
      damaged: (file: string): void =>
        notices.tell(`the journal is damaged: what can be read of it is in the ledger, the rest is in ${file}`),
      refused: (file: string): void => {
        watch.setAside();
        notices.tell(
          `calls that were acknowledged are not in the ledger, which does not take them: they are kept in ${file}; once it can (a newer version, perhaps), rename that to end in .journal and start again`,
        );
      },
    };
    try {
      return new JournaledIntake(packing, await Journal.open(path, redo, journalWatch), options);
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
      const batch = this.#packed(calls, contexts, rows);
      const journaled = this.#journal.write(this.#packing.bytesOf(batch)).then(
        (written) => {
          durable();
          return written;
        },
        () => undefined,
      );
      this.#waiting.push({ batch, rows, journaled, durable, refused });
      if (this.#rows.held >= ROWS_DUE) void this.flush();
      else this.#flushIn(this.#options.commitIntervalMs);
    });
  }

  #packed(calls: readonly PricedCall[], contexts: readonly ContextSpan[], rows: number): PackedBatch {
    try {
      return this.#packing.pack(calls, contexts);
    } catch (error) {
      this.#rows.give(rows);
      throw error;
    }
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
      this.#intervals += 1;
      if (this.#rows.held >= BUSY_ROWS && this.#intervals < BUSY_INTERVALS) this.#flushIn(ms);
      else void this.flush();
    }, ms);
  }

  async #commit(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#intervals = 0;
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
      const result = await this.#packing.append(group.map(({ batch }) => batch));
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

/** A ledger whose write has failed refuses the next ones for a moment, whatever they are. */
async function withOneRetry<T>(work: () => Promise<T>, afterMs: number): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LedgerUnavailableError)) throw error;
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    return work();
  }
}
