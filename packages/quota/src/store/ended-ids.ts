/** Ids in one set at most. A larger one would grow for milliseconds, and a decision would wait for it. */
const SET_MAX = 65_536;
const SETS = 16;

interface Generation {
  readonly ids: Set<string>;
  /** Until when the first of them is to be known, and the last. */
  readonly fromMs: number;
  untilMs: number;
}

/**
 * Ids of ended calls, each known for `keptMs` and at most a sixteenth longer, `max` of them at a time. They come and go in sets, so
 * that no call pays for forgetting the old ones.
 */
export class EndedIds {
  readonly #keptMs: number;
  readonly #max: number;
  readonly #generations: Generation[] = [];
  #size = 0;
  /** Forgotten before their time, the oldest first, because there were too many. */
  forgotten = 0;

  constructor(keptMs: number, max: number) {
    this.#keptMs = keptMs;
    this.#max = max;
  }

  get size(): number {
    return this.#size;
  }

  has(id: string): boolean {
    for (const { ids } of this.#generations) if (ids.has(id)) return true;
    return false;
  }

  add(id: string, nowMs: number): void {
    if (this.#keptMs > 0) this.keep(id, nowMs + this.#keptMs);
  }

  keep(id: string, untilMs: number): void {
    if (this.#size >= this.#max) this.forgotten += this.#dropOldest();
    let last = this.#generations.at(-1);
    const isLong = last !== undefined && untilMs - last.fromMs > this.#keptMs / SETS;
    if (last === undefined || isLong || last.ids.size >= Math.min(SET_MAX, Math.ceil(this.#max / SETS))) {
      last = { ids: new Set(), fromMs: untilMs, untilMs };
      this.#generations.push(last);
    }
    last.ids.add(id);
    last.untilMs = Math.max(last.untilMs, untilMs);
    this.#size += 1;
  }

  /** Forgets what was known for long enough. */
  expire(nowMs: number): void {
    while ((this.#generations[0]?.untilMs ?? Number.POSITIVE_INFINITY) <= nowMs) this.#dropOldest();
  }

  *entries(): Iterable<readonly [id: string, untilMs: number]> {
    for (const { ids, untilMs } of this.#generations) for (const id of ids) yield [id, untilMs];
  }

  #dropOldest(): number {
    const dropped = this.#generations.shift()?.ids.size ?? 0;
    this.#size -= dropped;
    return dropped;
  }
}
