import type { QuotaStore, RecordEntry, SettleAnswer, Used } from '../store/quota-store.ts';

/** What the store has yet to be told because it could not be reached. */
export type Owed =
  | { readonly kind: 'settle'; readonly id: string; readonly used: Used; readonly atMs: number }
  | { readonly kind: 'release'; readonly id: string; readonly atMs: number }
  | OwedCount;

/** A call that may never have been reserved. */
export interface OwedCount {
  readonly kind: 'record' | 'settle-or-record';
  readonly id: string;
  /** What settles it, where it was. */
  readonly used: Used;
  /** What counts it, where it was not. */
  readonly entries: readonly RecordEntry[];
  readonly nowMs: number;
  /** When the call was made. */
  readonly atMs: number;
}

/** Waits for the store to come back. Bounded; what does not fit is counted, and counting the ledger again repairs it. */
export class Backlog {
  readonly #owed: Owed[] = [];
  readonly #max: number;
  dropped = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#owed.length;
  }

  add(owed: Owed): void {
    if (this.#owed.length >= this.#max) this.dropped += 1;
    else this.#owed.push(owed);
  }

  /** Tells the store in order until it fails again; every operation is safe to send twice. */
  async flush(store: QuotaStore): Promise<void> {
    while (this.#owed.length > 0) {
      const owed = this.#owed[0] as Owed;
      await pay(store, owed);
      if (this.#owed[0] === owed) this.#owed.shift();
    }
  }
}

/** Tells one thing. Safe to repeat. */
export async function pay(store: QuotaStore, owed: Owed): Promise<SettleAnswer> {
  switch (owed.kind) {
    case 'settle':
      return store.settle(owed.id, owed.used, owed.atMs);
    case 'release':
      return store.release(owed.id, owed.atMs);
    case 'settle-or-record':
      return store.settleOrRecord(owed.id, owed.used, owed.entries, owed.nowMs, owed.atMs);
    case 'record': {
      const kind = await store.record(owed.id, owed.entries, owed.nowMs, owed.atMs);
      return { kind, wasExpired: false, overshoot: {} };
    }
    default:
      return owed satisfies never;
  }
}
