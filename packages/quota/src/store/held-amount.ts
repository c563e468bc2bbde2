import type { SplitAmount } from '../split-amount.ts';
import type { MemoryCounter } from './memory-counter.ts';

/**
 * What one call holds of one counter. The counter chains them, as a map of its own would cost each call a table
 * (bench/quota.bench.ts: 110 B that only a full collection takes away, for each limit).
 */
export class HeldAmount {
  readonly counter: MemoryCounter;
  readonly amount: SplitAmount;
  expiresMs: number;
  /** False when it was given back, or ran out. */
  isHeld = false;
  before: HeldAmount | undefined;
  after: HeldAmount | undefined;

  constructor(counter: MemoryCounter, amount: SplitAmount, expiresMs: number) {
    this.counter = counter;
    this.amount = amount;
    this.expiresMs = expiresMs;
  }
}
