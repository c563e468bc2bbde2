import { PARENT_WORD, RESPONSE_WORD, SPAN_WORD } from './ids.ts';
import { KnownIds } from './known-ids.ts';
import { RecentIds } from './recent-ids.ts';

/** How many calls back a parent or a second span of the same answer is recognised: at least this many, at most twice. */
export const LINKS_MAX = 1 << 20;

/**
 * What the ledger has seen, as fingerprints: `false` is certain, `true` is checked in the tables. So what is new costs no
 * look into them. Until {@link SpanLoader} has read what is stored, everything may have been seen.
 */
export class KnownSpans {
  readonly #calls: KnownIds;
  readonly #contexts: KnownIds;
  /** Spans that some recent call names as its parent. */
  readonly #parents = new RecentIds(LINKS_MAX);
  readonly #responses = new RecentIds(LINKS_MAX);
  #complete = false;

  constructor(callsExpected: number, contextsExpected: number) {
    this.#calls = new KnownIds(callsExpected);
    this.#contexts = new KnownIds(contextsExpected);
  }

  /** All that is stored has been added. */
  complete(): void {
    this.#complete = true;
  }

  /** Adds the call at `ids[at]`. `true` when it may have been there before. */
  addCall(ids: Uint32Array, at: number): boolean {
    return this.#calls.add(ids, at, at + SPAN_WORD) || !this.#complete;
  }

  addContext(ids: Uint32Array, at: number): boolean {
    return this.#contexts.add(ids, at, at + SPAN_WORD) || !this.#complete;
  }

  /** Whether the call at `ids[at]` may be parent, child or another span of a call that was added before. */
  isLinked(ids: Uint32Array, at: number): boolean {
    return (
      !this.#complete ||
      (hasTwo(ids, at + PARENT_WORD) && this.#calls.has(ids, at, at + PARENT_WORD)) ||
      this.#parents.has(ids, at, at + SPAN_WORD) ||
      (hasTwo(ids, at + RESPONSE_WORD) && this.#responses.has(ids, at, at + RESPONSE_WORD))
    );
  }

  addLinks(ids: Uint32Array, at: number): void {
    if (hasTwo(ids, at + PARENT_WORD)) this.#parents.add(ids, at, at + PARENT_WORD);
    if (hasTwo(ids, at + RESPONSE_WORD)) this.#responses.add(ids, at, at + RESPONSE_WORD);
  }
}

function hasTwo(ids: Uint32Array, at: number): boolean {
  return ((ids[at] as number) | (ids[at + 1] as number)) !== 0;
}
