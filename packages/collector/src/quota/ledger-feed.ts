import type { BilledChange } from '../ledger/billed-change.ts';
import type { SelfMetrics } from '../self-metrics.ts';
import { type CountedCall, counted, countedCall } from './counted-call.ts';
import type { QuotaDesk } from './quota-desk.ts';

/** Calls told to a store in another process at a time. */
const PARALLEL = 64;
/** Calls counted in this process before others have their turn. */
const TURN_CALLS = 256;

/**
 * Counts what the ledger takes in. A commit only puts its calls here, so no sender waits for a counter; the queue is
 * bounded, and when it has overflowed the ledger is counted again as soon as the queue is empty.
 */
export class LedgerFeed {
  readonly #desk: QuotaDesk;
  readonly #metrics: SelfMetrics;
  readonly #callsMax: number;
  /** Counts the ledger again up to a commit. */
  readonly #recount: (asOfUs: number) => Promise<void>;
  readonly #queue: BilledChange[] = [];
  #waiting = 0;
  #running: Promise<void> | undefined;
  #isHeld = true;
  #isShort = false;
  #countedToUs = 0;
  #droppedToUs = 0;

  constructor(desk: QuotaDesk, metrics: SelfMetrics, callsMax: number, recount: (asOfUs: number) => Promise<void>) {
    this.#desk = desk;
    this.#metrics = metrics;
    this.#callsMax = callsMax;
    this.#recount = recount;
  }

  /** Given to the ledger. */
  readonly onBilled = (change: BilledChange): void => {
    const calls = sizeOf(change);
    if (this.#waiting > 0 && this.#waiting + calls > this.#callsMax) {
      this.#metrics.add('quotaFeedDropped', calls);
      this.#isShort = true;
      this.#droppedToUs = change.receivedAtUs;
      return;
    }
    this.#queue.push(change);
    this.#waiting += calls;
    if (!this.#isHeld) this.#start();
  };

  /** Calls that wait to be counted. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Everything up to this commit is counted, or was when it was last held. */
  get countedToUs(): number {
    return this.#countedToUs;
  }

  /** What waits is in the ledger, which is counted as a whole: calls that came again from the journal at the start. */
  forget(): void {
    this.#queue.length = 0;
    this.#waiting = 0;
  }

  /** The counters hold everything up to this commit: begins to count what came after. */
  release(countedToUs: number): void {
    this.#countedToUs = countedToUs;
    this.#isHeld = false;
    this.#start();
  }

  /** Stops between two commits, so that the ledger can be counted up to {@link countedToUs}. What comes waits. */
  async hold(): Promise<void> {
    this.#isHeld = true;
    await this.#running;
  }

  /** The next turn counts the ledger again. */
  askForRecount(): void {
    this.#isShort = true;
    if (!this.#isHeld) this.#start();
  }

  /** Counts what waits. */
  async close(): Promise<void> {
    if (!this.#isHeld) this.#start();
    await this.#running;
    this.#isHeld = true;
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (!this.#isHeld && this.#queue.length > 0) this.#start();
    });
  }

  async #run(): Promise<void> {
    for (let change = this.#queue[0]; change !== undefined && !this.#isHeld; change = this.#queue[0]) {
      await this.#count(change);
      this.#queue.shift();
      this.#waiting -= sizeOf(change);
      this.#countedToUs = Math.max(this.#countedToUs, change.receivedAtUs);
    }
    if (this.#isShort && !this.#isHeld) {
      this.#isShort = false;
      this.#countedToUs = Math.max(this.#countedToUs, this.#droppedToUs);
      await this.#recount(this.#countedToUs).catch(() => {
        this.#isShort = true;
      });
    }
  }

  async #count({ receivedAtUs, added, takenBack, revived }: BilledChange): Promise<void> {
    await this.#each(added, async (priced) => void (await this.#desk.count(countedCall(priced), Date.now())));
    await this.#each(takenBack, (call) => this.#move(counted(call), `-${receivedAtUs}`, -1));
    await this.#each(revived, (call) => this.#move(counted(call), `+${receivedAtUs}`, 1));
  }

  async #move({ id, call, used, atMs }: CountedCall, suffix: string, sign: 1 | -1): Promise<void> {
    const signed = Object.fromEntries(
      Object.entries(used).map(([unit, amount]) => [
        unit,
        typeof amount === 'bigint' ? BigInt(sign) * amount : sign * amount,
      ]),
    );
    await this.#desk.record(`${id}${suffix}`, call, signed, atMs);
  }

  async #each<T>(calls: Sliced<T>, count: (call: T) => Promise<void>): Promise<void> {
    for (let at = 0; at < calls.length; at += PARALLEL) {
      await Promise.all(calls.slice(at, at + PARALLEL).map(count));
      if (at % TURN_CALLS === 0) await new Promise(setImmediate);
    }
  }
}

interface Sliced<T> {
  readonly length: number;
  slice(from: number, to: number): readonly T[];
}

function sizeOf({ added, takenBack, revived }: BilledChange): number {
  return added.length + takenBack.length + revived.length;
}
