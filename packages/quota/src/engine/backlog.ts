import type { QuotaStore, RecordEntry, SettleAnswer, Used } from '../store/quota-store.ts';

/** What the store has yet to be told because it could not be reached. */
export type Owed =
  | { readonly kind: 'settle'; readonly id: string; readonly used: Used; readonly atMs: number }
  | { readonly kind: 'release'; readonly id: string; readonly atMs: number }
  | {
      readonly kind: 'record';
      readonly id: string;
      /** For a call that may have been reserved: what settles it. */
      readonly used?: Used;
      readonly entries: readonly RecordEntry[];
      readonly atMs: number;
    };

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

/**
 * A reservation whose answer was lost may have been made after all; so a call that passed without one is settled first, and
 * recorded only when the store does not know it.
 */
export async function pay(store: QuotaStore, owed: Owed): Promise<SettleAnswer> {
  if (owed.kind === 'release') return store.release(owed.id, owed.atMs);
  if (owed.kind === 'settle') return store.settle(owed.id, owed.used, owed.atMs);
  const settled: SettleAnswer = owed.used === undefined ? UNKNOWN : await store.settle(owed.id, owed.used, owed.atMs);
  if (settled.kind !== 'unknown') return settled;
  const kind = await store.record(owed.id, owed.entries, owed.atMs);
  return { ...UNKNOWN, kind: kind === 'recorded' ? 'ended' : 'repeated' };
}

const UNKNOWN: SettleAnswer = { kind: 'unknown', wasExpired: false, overshoot: {} };
