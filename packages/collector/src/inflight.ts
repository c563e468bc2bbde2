import { CostspanError } from '@costspan/usage';

/** The collector holds as much as it may. The sender keeps the batch and tries again. */
export class BusyError extends CostspanError {
  override readonly name = 'BusyError';

  constructor(what: string) {
    super('COLLECTOR_BUSY', `${what}; the batch was not taken, send it again`);
  }
}

/** A bound on something that is held for a while. */
export class Inflight {
  readonly #max: number;
  readonly #what: string;
  #held = 0;

  constructor(max: number, what: string) {
    this.#max = max;
    this.#what = what;
  }

  get held(): number {
    return this.#held;
  }

  /**
   * Takes `count`. What is larger than the bound by itself is let in when nothing else is held, or it never could be.
   * @throws BusyError when the bound is reached.
   */
  take(count: number): void {
    if (this.#held > 0 && this.#held + count > this.#max) throw new BusyError(`${this.#what} (${this.#max})`);
    this.#held += count;
  }

  give(count: number): void {
    this.#held -= count;
  }
}
