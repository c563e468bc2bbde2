import { HI_MAX, LO_BASE, NOTHING, type SplitAmount } from '../split-amount.ts';
import { HeldAmount } from './held-amount.ts';
import { type CounterRef, type CounterState, type Mark, type ReserveEntry, SLICES } from './quota-store.ts';
import { SlidingCount } from './sliding-count.ts';

/** One counter in memory. Numbers are added in place: a decision makes few objects. */
export class MemoryCounter {
  readonly group: string;
  readonly bucket: string;
  readonly endsMs: number;
  readonly sliceMs: number;
  readonly sliding: SlidingCount | undefined;
  usedHi = 0;
  usedLo = 0;
  reservedHi = 0;
  reservedLo = 0;
  exceededAtMs = 0;
  /** Adding stopped at the largest amount a counter holds. */
  isFull = false;
  #lastHeld: HeldAmount | undefined;
  /** No lease runs out before; may be too early, never too late. */
  #nextExpiryMs = Number.POSITIVE_INFINITY;
  /** The highest percent told, by limit: a new limit has thresholds of its own. */
  #told: Map<string, number> | undefined;

  constructor(
    { group, bucket, endsMs, sliceMs, kind }: CounterRef,
    sliding = kind === 'rate' ? new SlidingCount() : undefined,
  ) {
    this.group = group;
    this.bucket = bucket;
    this.endsMs = endsMs;
    this.sliceMs = sliceMs;
    this.sliding = sliding;
  }

  /** When nothing of it counts any more; 0 for never. */
  get overMs(): number {
    return this.sliding === undefined ? this.endsMs : (this.sliding.newest + SLICES + 1) * this.sliceMs;
  }

  /** Gives back what runs out, and drops what has left a sliding window. */
  advance(nowMs: number): void {
    this.sliding?.advance(this.#sliceAt(nowMs));
    if (nowMs < this.#nextExpiryMs) return;
    let next = Number.POSITIVE_INFINITY;
    for (let held = this.#lastHeld; held !== undefined; held = held.before) {
      if (held.expiresMs <= nowMs) this.drop(held);
      else next = Math.min(next, held.expiresMs);
    }
    this.#nextExpiryMs = next;
  }

  /** Holds it, or holds on to it until it now runs out. */
  hold(held: HeldAmount): void {
    if (!held.isHeld) {
      held.isHeld = true;
      held.after = undefined;
      held.before = this.#lastHeld;
      if (held.before !== undefined) held.before.after = held;
      this.#lastHeld = held;
      this.#reserve(held.amount.hi, held.amount.lo);
    }
    this.#nextExpiryMs = Math.min(this.#nextExpiryMs, held.expiresMs);
  }

  /** False when it was given back before. */
  drop(held: HeldAmount): boolean {
    if (!held.isHeld) return false;
    held.isHeld = false;
    if (held.before !== undefined) held.before.after = held.after;
    if (held.after === undefined) this.#lastHeld = held.before;
    else held.after.before = held.before;
    this.#reserve(-held.amount.hi, -held.amount.lo);
    return true;
  }

  use({ hi, lo }: SplitAmount): void {
    this.usedHi += hi;
    this.usedLo += lo;
    if (this.usedLo >= LO_BASE) {
      this.usedLo -= LO_BASE;
      this.usedHi += 1;
    }
    if (this.usedHi > HI_MAX) {
      this.usedHi = HI_MAX;
      this.isFull = true;
    }
  }

  /** Adds to the slice of a sliding window in which an instant lies. */
  slide(amount: number, atMs: number): void {
    this.sliding?.add(this.#sliceAt(atMs), amount);
  }

  /** Holds what a call may use; nothing is to be given back of a sliding window, whose slice counts it at once. */
  take({ amount, limit, graceMs }: ReserveEntry, nowMs: number, expiresMs: number): HeldAmount | undefined {
    if (graceMs > 0 && this.exceededAtMs === 0 && this.#isOver(amount, limit)) this.exceededAtMs = nowMs;
    if (this.sliding !== undefined) {
      this.slide(amount.hi, nowMs);
      return undefined;
    }
    const held = new HeldAmount(this, amount, expiresMs);
    this.hold(held);
    return held;
  }

  /** True when the amount goes over the ceiling, or when the grace after the limit was first exceeded is over. */
  hasNoRoomFor({ amount, limit, ceiling, graceMs }: ReserveEntry, nowMs: number): boolean {
    if (graceMs === 0) return this.#isOver(amount, ceiling);
    return this.#isOver(amount, limit) && this.exceededAtMs > 0 && nowMs >= this.exceededAtMs + graceMs;
  }

  /** As it stands, and when a sliding window has room for the entry. */
  stateFor({ amount, ceiling }: ReserveEntry): CounterState {
    if (this.sliding === undefined || !this.#isOver(amount, ceiling)) return this.state();
    return this.state(this.sliding.roomAt(amount.hi, ceiling.hi) * this.sliceMs);
  }

  /** True when used, reserved and `amount` together are more than `bound`. */
  #isOver(amount: SplitAmount, bound: SplitAmount): boolean {
    if (this.sliding !== undefined) return this.sliding.total + amount.hi > bound.hi;
    let hi = this.usedHi + this.reservedHi + amount.hi;
    let lo = this.usedLo + this.reservedLo + amount.lo;
    while (lo >= LO_BASE) {
      lo -= LO_BASE;
      hi += 1;
    }
    return hi > bound.hi || (hi === bound.hi && lo > bound.lo);
  }

  /** The marks that what is used has reached and that were not told for this limit. */
  crossed(limit: SplitAmount, marks: readonly Mark[]): readonly Mark[] {
    if (marks.length === 0) return marks;
    const key = `${limit.hi}:${limit.lo}`;
    const before = this.#told?.get(key) ?? 0;
    const reached = marks.filter(({ percent, amount }) => percent > before && !this.#isBelow(amount));
    const last = reached.at(-1);
    if (last !== undefined) this.tell(key, last.percent);
    return reached;
  }

  /** Notes that thresholds up to `percent` of a limit were told. */
  tell(limit: string, percent: number): void {
    this.#told ??= new Map();
    this.#told.set(limit, percent);
  }

  told(): Iterable<readonly [limit: string, percent: number]> {
    return this.#told ?? NONE;
  }

  state(retryAtMs = 0): CounterState {
    if (this.sliding !== undefined) {
      return { used: { hi: this.sliding.total, lo: 0 }, reserved: NOTHING, exceededAtMs: this.exceededAtMs, retryAtMs };
    }
    return {
      used: { hi: this.usedHi, lo: this.usedLo },
      reserved: { hi: this.reservedHi, lo: this.reservedLo },
      exceededAtMs: this.exceededAtMs,
      retryAtMs,
    };
  }

  #sliceAt(atMs: number): number {
    return Math.floor(atMs / this.sliceMs);
  }

  #isBelow({ hi, lo }: SplitAmount): boolean {
    return this.usedHi < hi || (this.usedHi === hi && this.usedLo < lo);
  }

  #reserve(hi: number, lo: number): void {
    this.reservedHi += hi;
    this.reservedLo += lo;
    if (this.reservedLo >= LO_BASE) {
      this.reservedLo -= LO_BASE;
      this.reservedHi += 1;
    } else if (this.reservedLo < 0) {
      this.reservedLo += LO_BASE;
      this.reservedHi -= 1;
    }
  }
}

const NONE: readonly never[] = [];
