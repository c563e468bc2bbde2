/** Above this the running number is carried over into a bigint; the next count still fits a double exactly. */
const CARRY_AT = 2 ** 52;

/** A sum of whole numbers, each at most 2⁵³ − 1, that stays exact however large it grows. */
export class ExactSum {
  #carried = 0n;
  #running = 0;

  /** Costs as much as adding numbers: the bigint is touched once in 4 × 10¹⁵. */
  add(count: number): void {
    if (count >= CARRY_AT) {
      this.#carried += BigInt(count);
      return;
    }
    this.#running += count;
    if (this.#running < CARRY_AT) return;
    this.#carried += BigInt(this.#running);
    this.#running = 0;
  }

  get value(): bigint {
    return this.#carried + BigInt(this.#running);
  }
}
