import { SLICES } from './quota-store.ts';

/** A count over the last {@link SLICES} slices and the running one. Slices are numbered since 1970. */
export class SlidingCount {
  readonly #slices = new Float64Array(SLICES + 1);
  #index = 0;
  total = 0;

  /** Drops what has left the window. A clock that goes back counts on in the newest slice. */
  advance(index: number): void {
    if (index <= this.#index) return;
    const steps = Math.min(index - this.#index, this.#slices.length);
    for (let step = 1; step <= steps; step += 1) {
      const place = (index - steps + step) % this.#slices.length;
      this.total -= this.#slices[place] as number;
      this.#slices[place] = 0;
    }
    this.#index = index;
  }

  /** Adds to a slice; one that has left the window is no longer counted. */
  add(index: number, amount: number): void {
    const at = Math.min(index, this.#index);
    if (at <= this.#index - this.#slices.length) return;
    const place = at % this.#slices.length;
    this.#slices[place] = (this.#slices[place] as number) + amount;
    this.total += amount;
  }

  get newest(): number {
    return this.#index;
  }

  /** The number of the slice in which there is room for `amount`; 0 when there never is. */
  roomAt(amount: number, limit: number): number {
    let left = this.total + amount;
    for (let index = this.#index - SLICES; index <= this.#index; index += 1) {
      if (left <= limit) break;
      left -= this.#slices[(index + this.#slices.length) % this.#slices.length] as number;
      if (left <= limit) return index + this.#slices.length;
    }
    return 0;
  }

  toJson(): { readonly index: number; readonly slices: readonly number[] } {
    return { index: this.#index, slices: [...this.#slices] };
  }

  static from({ index, slices }: ReturnType<SlidingCount['toJson']>): SlidingCount {
    const count = new SlidingCount();
    count.#index = index;
    count.#slices.set(slices);
    count.total = slices.reduce((sum, slice) => sum + slice, 0);
    return count;
  }
}
