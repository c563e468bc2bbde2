import { MemoryCounter } from './memory-counter.ts';
import type { CounterRef } from './quota-store.ts';

/** Thrown when a bound of the store is reached; rules answer it as they answer an unreachable store. */
export class StoreFullError extends Error {
  override readonly name = 'StoreFullError';
}

/** All counters of a process, by group and then by bucket: a decision makes no keys. */
export class MemoryCounters {
  readonly #max: number;
  readonly #windowKeptMs: number;
  readonly #groups = new Map<string, Map<string, MemoryCounter>>();
  #size = 0;
  #groupSweep: Iterator<Map<string, MemoryCounter>> | undefined;
  #counterSweep: Iterator<MemoryCounter> | undefined;

  constructor(max: number, windowKeptMs: number) {
    this.#max = max;
    this.#windowKeptMs = windowKeptMs;
  }

  get size(): number {
    return this.#size;
  }

  /** The counter as it stands at `nowMs`; a new one where there is none. @throws StoreFullError. */
  at(ref: CounterRef, nowMs: number): MemoryCounter {
    let counter = this.find(ref);
    if (counter === undefined) {
      if (this.#size >= this.#max) {
        throw new StoreFullError(`${this.#max} counters are held; raise countersMax or use Redis`);
      }
      counter = new MemoryCounter(ref);
      this.keep(counter);
    }
    counter.advance(nowMs);
    return counter;
  }

  find({ group, bucket }: CounterRef): MemoryCounter | undefined {
    return this.#groups.get(group)?.get(bucket);
  }

  keep(counter: MemoryCounter): void {
    this.#size += 1;
    const group = this.#groups.get(counter.group);
    if (group === undefined) this.#groups.set(counter.group, new Map([[counter.bucket, counter]]));
    else group.set(counter.bucket, counter);
  }

  of(group: string): readonly MemoryCounter[] {
    return [...(this.#groups.get(group)?.values() ?? [])];
  }

  *all(): Iterable<MemoryCounter> {
    for (const group of this.#groups.values()) yield* group.values();
  }

  /** Looks at one counter, the next of a round over all, and forgets it when its window was over long ago. */
  sweepOne(nowMs: number): void {
    const counter = this.#nextOfRound();
    if (counter === undefined || counter.overMs === 0 || counter.overMs + this.#windowKeptMs > nowMs) return;
    const group = this.#groups.get(counter.group);
    if (group?.delete(counter.bucket)) this.#size -= 1;
    if (group?.size === 0) this.#groups.delete(counter.group);
  }

  /** Nothing when a group or the round has ended. */
  #nextOfRound(): MemoryCounter | undefined {
    const counter = this.#counterSweep?.next();
    if (counter !== undefined && !counter.done) return counter.value;
    this.#groupSweep ??= this.#groups.values();
    const group = this.#groupSweep.next();
    if (group.done) this.#groupSweep = undefined;
    this.#counterSweep = group.done ? undefined : group.value.values();
    return undefined;
  }
}
