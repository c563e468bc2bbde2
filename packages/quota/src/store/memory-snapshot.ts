import type { SplitAmount } from '../split-amount.ts';
import { MemoryCounter } from './memory-counter.ts';
import type { PendingAlert } from './pending-alerts.ts';
import type { CounterRef, ReserveEntry } from './quota-store.ts';
import { SlidingCount } from './sliding-count.ts';

/** Everything that a {@link MemoryStore} knows, as plain JSON. */
export interface MemorySnapshot {
  readonly format: 'costspan.quota-snapshot/2';
  readonly counters: readonly SavedCounter[];
  readonly leases: readonly (readonly [id: string, lease: SavedLease])[];
  readonly ended: readonly (readonly [id: string, keptUntilMs: number])[];
  readonly alerts: readonly PendingAlert[];
}

export interface SavedLease {
  readonly keptUntilMs: number;
  readonly heldAtMs: number;
  readonly entries: readonly ReserveEntry[];
  /** Until when each entry holds its amount; null for one that holds none. */
  readonly expiresMs: readonly (number | null)[];
}

export interface SavedCounter {
  readonly ref: CounterRef;
  readonly used: SplitAmount;
  readonly exceededAtMs: number;
  readonly told: readonly (readonly [limit: string, percent: number])[];
  readonly sliding?: ReturnType<SlidingCount['toJson']>;
}

export function saveCounter(counter: MemoryCounter): SavedCounter {
  const { group, bucket, endsMs, sliceMs, sliding, usedHi, usedLo, exceededAtMs } = counter;
  return {
    ref: { group, bucket, endsMs, kind: sliding === undefined ? 'budget' : 'rate', sliceMs },
    used: { hi: usedHi, lo: usedLo },
    exceededAtMs,
    told: [...counter.told()],
    ...(sliding === undefined ? {} : { sliding: sliding.toJson() }),
  };
}

export function restoreCounter({ ref, used, exceededAtMs, told, sliding }: SavedCounter): MemoryCounter {
  const counter = new MemoryCounter(ref, sliding && SlidingCount.from(sliding));
  counter.use(used);
  counter.exceededAtMs = exceededAtMs;
  for (const [limit, percent] of told) counter.tell(limit, percent);
  return counter;
}
