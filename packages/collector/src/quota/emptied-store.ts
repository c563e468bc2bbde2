import { randomUUID } from 'node:crypto';
import type { Ledger } from '../ledger/ledger.ts';
import { countLedger } from './count-ledger.ts';
import type { LedgerFeed } from './ledger-feed.ts';
import type { QuotaDesk } from './quota-desk.ts';
import { tellCallsSince } from './tell-recent-calls.ts';

export interface EmptiedStoreOptions {
  readonly desk: QuotaDesk;
  readonly ledger: Ledger;
  readonly feed: LedgerFeed;
  /** Then one collector counts it for all. */
  readonly isLedgerShared: boolean;
  readonly intervalMs: number;
  readonly onEmptied: () => void;
  /** Runs what counts the ledger, after whatever else does. */
  readonly inTurn: (count: () => Promise<void>) => Promise<void>;
}

const RETRY_MS = 1000;

/**
 * Notices that a store in another process was flushed, or replaced by an empty one, and counts again what it has lost: use that
 * was counted since stays, and so does what other collectors add from ledgers of their own. Calls that ran at that moment
 * are counted by their spans. Counters have a name, and an empty store has lost it too; a server that comes back with an older
 * state of its disk keeps the name, and is not noticed.
 */
export class EmptiedStore {
  readonly #options: EmptiedStoreOptions;
  readonly #timer: NodeJS.Timeout;
  #name: string | undefined;
  /** The last commit whose calls the counters surely held. */
  #heldToUs = 0;
  #isClosed = false;
  #looking: Promise<void> | undefined;

  constructor(options: EmptiedStoreOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#start(), options.intervalMs).unref();
    this.#start();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#isClosed = true;
    await this.#looking;
  }

  #start(): void {
    // A store that is away is looked at again later.
    this.#looking ??= this.#look()
      .catch(() => {})
      .finally(() => {
        this.#looking = undefined;
      });
  }

  async #look(): Promise<void> {
    const { feed, isLedgerShared, onEmptied, inTurn } = this.#options;
    const heldToUs = feed.countedToUs;
    const found = await this.#compare();
    if (found === 'named by us' || (found === 'named by another' && !isLedgerShared)) {
      onEmptied();
      await inTurn(() => this.#restore());
    }
    this.#heldToUs = heldToUs;
  }

  /** Tries until the store has taken everything and is still the same. */
  async #restore(): Promise<void> {
    const { desk, ledger, feed } = this.#options;
    await feed.hold();
    const countedToUs = feed.countedToUs;
    // Emptied once more while it is filled: the same count under the same id adds only what is not there.
    const id = randomUUID();
    for (let isDone = false; !isDone && !this.#isClosed; ) {
      try {
        await countLedger(desk, ledger, { id, isFresh: true, asOfUs: this.#heldToUs }, Date.now());
        // Of what came after, an id tells which calls were counted in the empty store already.
        await tellCallsSince(desk, ledger, this.#heldToUs, Date.now());
        isDone = (await this.#compare()) === 'same';
      } catch {
        if (!this.#isClosed) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    feed.release(countedToUs);
  }

  /** Whether the counters are those that were known before, and if not, who was the first to see them. Then these are known. */
  async #compare(): Promise<'same' | 'named by us' | 'named by another'> {
    const fresh = randomUUID();
    const before = this.#name;
    this.#name = await this.#options.desk.quota.store.identify(fresh);
    if (before === undefined || before === this.#name) return 'same';
    return this.#name === fresh ? 'named by us' : 'named by another';
  }
}
