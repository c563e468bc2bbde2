import { KnownIds } from './known-ids.ts';

/**
 * Remembers the newest ids: at least `idsMax` of them, at most twice as many. When a generation is full the one before it
 * is forgotten whole.
 */
export class RecentIds {
  readonly #idsMax: number;
  #older = new KnownIds();
  #newer: KnownIds;

  constructor(idsMax: number) {
    this.#idsMax = idsMax;
    this.#newer = new KnownIds(idsMax);
  }

  add(words: Uint32Array, traceAt: number, spanAt: number): void {
    this.#newer.add(words, traceAt, spanAt);
    if (this.#newer.count < this.#idsMax) return;
    this.#older = this.#newer;
    this.#newer = new KnownIds(this.#idsMax);
  }

  /** `false` is certain for what is remembered. */
  has(words: Uint32Array, traceAt: number, spanAt: number): boolean {
    return this.#newer.has(words, traceAt, spanAt) || this.#older.has(words, traceAt, spanAt);
  }
}
