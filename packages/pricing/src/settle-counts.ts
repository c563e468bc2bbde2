import { COUNT_MAX, type Meters } from '@costspan/usage';
import { indexOfMeter, isPartIndex, METER_COUNT, meterIndex, ROOTS, WHOLES } from './meter-table.ts';

/** No such meter. */
export const NONE = -1;

const SECONDS = indexOfMeter('seconds');
const ROOT_INDEXES: readonly number[] = ROOTS.map(indexOfMeter);

/**
 * The counts of one call by meter number, made consistent. One instance is reused for call after call: pricing is
 * synchronous, and fresh arrays for each call would cost more than the arithmetic.
 */
export class SettledCounts {
  /** 0 where nothing was reported. */
  readonly counts = new Float64Array(METER_COUNT);
  /** The meters that held a valid count: the first `present` entries, in the order in which they came. */
  readonly reported = new Int32Array(METER_COUNT);
  present = 0;
  /** First meter whose value is not a count, in the order of `METERS`; `NONE` when all are. */
  invalid = NONE;
  /** First whole that its parts exceed. */
  contradicted = NONE;
  /** First of `input_tokens`, `output_tokens` that was not reported although parts of it were. */
  missing = NONE;

  /** How many entries of `reported` hold a count, those of wholes that were worked out behind the reported ones. */
  private touched = 0;

  read(meters: Meters): void {
    // Only what the last call left: clearing the whole array took a tenth of the time of a call.
    for (let at = 0; at < this.touched; at += 1) this.counts[this.reported[at] as number] = 0;
    this.invalid = NONE;
    this.contradicted = NONE;
    this.missing = NONE;
    let present = 0;
    let parts = false;
    for (const name in meters) {
      const index = meterIndex(name);
      if (index === undefined) continue;
      const value: unknown = meters[name as keyof Meters];
      if (value === undefined || value === null) continue;
      if (isCount(value, index)) {
        this.counts[index] = value;
        this.reported[present] = index;
        present += 1;
        parts ||= isPartIndex(index);
      } else if (this.invalid === NONE || index < this.invalid) this.invalid = index;
    }
    this.present = present;
    this.touched = present;
    if (parts) this.settle();
  }

  /** True when the meter held a valid count, zero included. */
  has(index: number): boolean {
    for (let at = 0; at < this.present; at += 1) if (this.reported[at] === index) return true;
    return false;
  }

  /**
   * From the inside out: a whole that was not reported is at least its parts; a whole that is smaller than its parts is
   * read as standing beside them. The sum is an upper bound of every reading of such counts (a provider that leaves cached
   * tokens out of its input count is the usual cause), so no line is negative and no token is lost.
   */
  private settle(): void {
    const { counts } = this;
    for (let at = 0; at < WHOLES.length; ) {
      const whole = WHOLES[at++] as number;
      const count = counts[whole] as number;
      let largest = 0;
      let excess = 0;
      for (let groups = WHOLES[at++] as number; groups > 0; groups -= 1) {
        let sum = 0;
        for (let parts = WHOLES[at++] as number; parts > 0; parts -= 1) sum += counts[WHOLES[at++] as number] as number;
        if (sum > largest) largest = sum;
        if (sum > count) excess += sum;
      }
      if (excess > 0) this.enlarge(whole, count, largest, excess);
    }
  }

  private enlarge(whole: number, count: number, largest: number, excess: number): void {
    if (this.has(whole)) {
      this.counts[whole] = count + excess;
      if (this.contradicted === NONE || whole < this.contradicted) this.contradicted = whole;
      return;
    }
    this.counts[whole] = largest;
    this.reported[this.touched] = whole;
    this.touched += 1;
    if (ROOT_INDEXES.includes(whole) && (this.missing === NONE || whole < this.missing)) this.missing = whole;
  }
}

function isCount(value: unknown, index: number): value is number {
  return (
    typeof value === 'number' && value >= 0 && value <= COUNT_MAX && (Number.isInteger(value) || index === SECONDS)
  );
}
