import type { SplitAmount } from '../split-amount.ts';
import { type CounterRef, keyOf, type Mark, type StoredAlert } from './quota-store.ts';

export interface PendingAlert {
  readonly alert: StoredAlert;
  /** Given out until then. */
  visibleMs: number;
}

/** Thresholds that were crossed and that nobody has confirmed to have told. */
export class PendingAlerts {
  readonly #byId = new Map<string, PendingAlert>();
  readonly #max: number;
  /** Alerts that did not fit. */
  dropped = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#byId.size;
  }

  add(
    counter: Pick<CounterRef, 'group' | 'bucket'>,
    mark: Mark,
    used: SplitAmount,
    limit: SplitAmount,
    atMs: number,
  ): void {
    if (this.#byId.size >= this.#max) {
      this.dropped += 1;
      return;
    }
    const key = keyOf(counter);
    const id = `${key}\n${mark.percent}\n${limit.hi}:${limit.lo}`;
    this.keep({ alert: { id, key, percent: mark.percent, used, limit, atMs }, visibleMs: atMs });
  }

  keep(pending: PendingAlert): void {
    this.#byId.set(pending.alert.id, { ...pending });
  }

  claim(max: number, nowMs: number, holdMs: number): readonly StoredAlert[] {
    const claimed: StoredAlert[] = [];
    for (const pending of this.#byId.values()) {
      if (claimed.length === max) break;
      if (pending.visibleMs > nowMs) continue;
      pending.visibleMs = nowMs + holdMs;
      claimed.push(pending.alert);
    }
    return claimed;
  }

  confirm(ids: readonly string[]): void {
    for (const id of ids) this.#byId.delete(id);
  }

  all(): Iterable<PendingAlert> {
    return this.#byId.values();
  }
}
