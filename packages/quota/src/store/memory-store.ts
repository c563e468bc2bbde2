import { excess, NOTHING, type SplitAmount } from '../split-amount.ts';
import { MemoryCounter } from './memory-counter.ts';
import {
  type CounterRef,
  type CounterState,
  type ListedCounter,
  type Mark,
  type QuotaStore,
  type RecordEntry,
  type ReserveAnswer,
  type ReserveEntry,
  type ReserveRequest,
  type SettleAnswer,
  STORE_BOUNDS,
  type StoreBounds,
  type StoredAlert,
  type Used,
} from './quota-store.ts';
import { SlidingCount } from './sliding-count.ts';

export interface MemoryStoreBounds extends StoreBounds {
  readonly countersMax: number;
  readonly leasesMax: number;
}

/** Thrown when a bound of the store is reached; rules answer it as they answer an unreachable store. */
export class StoreFullError extends Error {
  override readonly name = 'StoreFullError';
}

interface Lease {
  state: 'live' | 'settled' | 'released' | 'recorded';
  keptUntilMs: number;
  /** What a sliding window holds for the call lies in the slice of this instant. */
  readonly heldAtMs: number;
  entries: readonly ReserveEntry[];
}

interface PendingAlert {
  readonly alert: StoredAlert;
  visibleMs: number;
}

/** Ended windows and old leases looked at with every reservation, so that no single call pays for a sweep. */
const SWEPT_PER_CALL = 2;

/**
 * Counters in this process, for the embedded shape. Answers at once, so that nothing can come between the entries of one
 * reservation. Survives a restart by {@link MemoryStore.snapshot}, or by counting the ledger again.
 */
export class MemoryStore implements QuotaStore {
  readonly #bounds: MemoryStoreBounds;
  readonly #counters = new Map<string, MemoryCounter>();
  readonly #groups = new Map<string, Set<MemoryCounter>>();
  readonly #leases = new Map<string, Lease>();
  readonly #alerts = new Map<string, PendingAlert>();
  #counterSweep: Iterator<MemoryCounter> | undefined;
  #leaseSweep: Iterator<[string, Lease]> | undefined;
  /** Alerts that did not fit. */
  alertsDropped = 0;

  constructor(bounds: Partial<MemoryStoreBounds> = {}) {
    this.#bounds = { ...STORE_BOUNDS, countersMax: 1_000_000, leasesMax: 1_000_000, ...bounds };
  }

  reserve(request: ReserveRequest): ReserveAnswer {
    const { id, nowMs, entries } = request;
    this.#sweep(nowMs);
    const isKnown = this.#leases.has(id);
    if (!isKnown && this.#leases.size >= this.#bounds.leasesMax) {
      throw new StoreFullError(`${this.#bounds.leasesMax} reservations are held; raise leasesMax or settle them`);
    }
    const counters: MemoryCounter[] = [];
    const states: CounterState[] = [];
    let refused = false;
    for (const entry of entries) {
      const counter = this.#counter(entry, nowMs);
      counters.push(counter);
      states.push(stateFor(counter, entry));
      if (entry.hard && isOver(counter, entry, nowMs)) refused = true;
    }
    if (isKnown) return { kind: 'repeated', states };
    if (refused) return { kind: 'refused', states };
    const expiresMs = nowMs + request.leaseMs;
    for (const [index, entry] of entries.entries()) {
      const counter = counters[index] as MemoryCounter;
      if (counter.exceededAtMs === 0 && entry.graceMs > 0 && isAbove(counter, entry)) counter.exceededAtMs = nowMs;
      if (counter.sliding === undefined) counter.hold(id, entry.amount, expiresMs);
      else counter.sliding.add(sliceOf(entry, nowMs), entry.amount.hi);
    }
    this.#leases.set(id, {
      state: 'live',
      keptUntilMs: expiresMs + this.#bounds.lateSettleMs,
      heldAtMs: nowMs,
      entries,
    });
    return { kind: 'held', states };
  }

  settle(id: string, used: Used, nowMs: number): SettleAnswer {
    return this.#end(id, 'settled', used, nowMs);
  }

  release(id: string, nowMs: number): SettleAnswer {
    return this.#end(id, 'released', {}, nowMs);
  }

  extend(id: string, nowMs: number, leaseMs: number): 'held' | 'ended' | 'unknown' {
    const lease = this.#leases.get(id);
    if (lease === undefined) return 'unknown';
    if (lease.state !== 'live') return 'ended';
    lease.keptUntilMs = nowMs + leaseMs + this.#bounds.lateSettleMs;
    for (const entry of lease.entries) {
      if (entry.kind === 'budget') this.#counter(entry, nowMs).hold(id, entry.amount, nowMs + leaseMs);
    }
    return 'held';
  }

  record(id: string, entries: readonly RecordEntry[], nowMs: number): 'recorded' | 'repeated' {
    if (this.#leases.has(id)) return 'repeated';
    if (this.#leases.size >= this.#bounds.leasesMax) throw new StoreFullError('no room for another record');
    for (const entry of entries) {
      const counter = this.#counter(entry, nowMs);
      if (counter.sliding === undefined) this.#use(counter, entry, entry.amount, nowMs);
      else counter.sliding.add(sliceOf(entry, nowMs), entry.amount.hi);
    }
    this.#leases.set(id, {
      state: 'recorded',
      keptUntilMs: nowMs + this.#bounds.endedKeptMs,
      heldAtMs: nowMs,
      entries: [],
    });
    return 'recorded';
  }

  read(counters: readonly CounterRef[], nowMs: number): readonly CounterState[] {
    return counters.map((ref) => {
      const counter = this.#counters.get(ref.key);
      if (counter === undefined) return { used: NOTHING, reserved: NOTHING, exceededAtMs: 0, retryAtMs: 0 };
      counter.expire(nowMs);
      counter.sliding?.advance(sliceOf(ref, nowMs));
      return counter.state();
    });
  }

  list(group: string, max: number, nowMs: number): { counters: readonly ListedCounter[]; total: number } {
    const members = [...(this.#groups.get(group) ?? [])].filter(({ sliding }) => sliding === undefined);
    for (const counter of members) counter.expire(nowMs);
    const top = members
      .sort((a, b) => b.usedHi - a.usedHi || b.usedLo - a.usedLo || (a.key < b.key ? -1 : 1))
      .slice(0, max);
    return { counters: top.map((counter) => ({ key: counter.key, ...counter.state() })), total: members.length };
  }

  claimAlerts(max: number, nowMs: number, holdMs: number): readonly StoredAlert[] {
    const claimed: StoredAlert[] = [];
    for (const pending of this.#alerts.values()) {
      if (claimed.length === max) break;
      if (pending.visibleMs > nowMs) continue;
      pending.visibleMs = nowMs + holdMs;
      claimed.push(pending.alert);
    }
    return claimed;
  }

  confirmAlerts(ids: readonly string[]): void {
    for (const id of ids) this.#alerts.delete(id);
  }

  /** How much is held; for the process's own metrics. */
  get sizes(): { readonly counters: number; readonly leases: number; readonly alerts: number } {
    return { counters: this.#counters.size, leases: this.#leases.size, alerts: this.#alerts.size };
  }

  /** Everything as plain JSON, to be written where a restart finds it. */
  snapshot(): MemorySnapshot {
    return {
      format: 'costspan.quota-snapshot/1',
      counters: [...this.#counters.values()].map((counter) => ({
        ref: {
          key: counter.key,
          group: counter.group,
          endsMs: counter.endsMs,
          kind: counter.sliding === undefined ? 'budget' : 'rate',
          sliceMs: counter.sliceMs,
        },
        used: { hi: counter.usedHi, lo: counter.usedLo },
        exceededAtMs: counter.exceededAtMs,
        held: [...counter.leases].map(([id, { amount, expiresMs }]) => ({ id, amount, expiresMs })),
        told: [...counter.told],
        ...(counter.sliding === undefined ? {} : { sliding: counter.sliding.toJson() }),
      })),
      leases: [...this.#leases],
      alerts: [...this.#alerts.values()],
    };
  }

  /** A store with the contents of a snapshot. */
  static restore(snapshot: MemorySnapshot, bounds: Partial<MemoryStoreBounds> = {}): MemoryStore {
    const store = new MemoryStore(bounds);
    for (const saved of snapshot.counters) {
      const counter = new MemoryCounter(saved.ref, saved.sliding && SlidingCount.from(saved.sliding));
      counter.use(saved.used);
      counter.exceededAtMs = saved.exceededAtMs;
      for (const { id, amount, expiresMs } of saved.held) counter.hold(id, amount, expiresMs);
      for (const [limit, percent] of saved.told) counter.told.set(limit, percent);
      store.#keep(counter);
    }
    for (const [id, lease] of snapshot.leases) store.#leases.set(id, { ...lease });
    for (const pending of snapshot.alerts) store.#alerts.set(pending.alert.id, { ...pending });
    return store;
  }

  #end(id: string, state: 'settled' | 'released', used: Used, nowMs: number): SettleAnswer {
    const lease = this.#leases.get(id);
    if (lease === undefined) return { kind: 'unknown', wasExpired: false, overshoot: {} };
    if (lease.state !== 'live') return { kind: 'repeated', wasExpired: false, overshoot: {} };
    let wasExpired = false;
    const overshoot: { -readonly [U in keyof Used]: SplitAmount } = {};
    for (const entry of lease.entries) {
      const counter = this.#counter(entry, nowMs);
      const amount = state === 'released' ? NOTHING : (used[entry.unit] ?? entry.amount);
      const over = excess(amount, entry.amount);
      if (over !== undefined && excess(over, overshoot[entry.unit] ?? NOTHING) !== undefined)
        overshoot[entry.unit] = over;
      if (counter.sliding === undefined) {
        if (!counter.drop(id)) wasExpired = true;
        if (state === 'settled') this.#use(counter, entry, amount, nowMs);
      } else counter.sliding.add(sliceOf(entry, lease.heldAtMs), amount.hi - entry.amount.hi);
    }
    lease.state = state;
    lease.entries = [];
    lease.keptUntilMs = nowMs + this.#bounds.endedKeptMs;
    return { kind: 'ended', wasExpired, overshoot };
  }

  #use(counter: MemoryCounter, entry: RecordEntry | ReserveEntry, amount: RecordEntry['amount'], nowMs: number): void {
    counter.use(amount);
    for (const mark of counter.crossed(entry.limit, entry.marks)) this.#alert(counter, entry, mark, nowMs);
  }

  #alert(counter: MemoryCounter, entry: { readonly limit: RecordEntry['limit'] }, mark: Mark, atMs: number): void {
    if (this.#alerts.size >= this.#bounds.alertsMax) {
      this.alertsDropped += 1;
      return;
    }
    const { used } = counter.state();
    const id = `${counter.key}\n${mark.percent}\n${entry.limit.hi}:${entry.limit.lo}`;
    const alert = { id, key: counter.key, percent: mark.percent, used, limit: entry.limit, atMs };
    this.#alerts.set(id, { alert, visibleMs: atMs });
  }

  #counter(ref: CounterRef, nowMs: number): MemoryCounter {
    let counter = this.#counters.get(ref.key);
    if (counter === undefined) {
      if (this.#counters.size >= this.#bounds.countersMax) {
        throw new StoreFullError(`${this.#bounds.countersMax} counters are held; raise countersMax or use Redis`);
      }
      counter = new MemoryCounter(ref);
      this.#keep(counter);
    }
    counter.expire(nowMs);
    if (counter.sliding !== undefined) counter.sliding.advance(sliceOf(ref, nowMs));
    return counter;
  }

  #keep(counter: MemoryCounter): void {
    this.#counters.set(counter.key, counter);
    const group = this.#groups.get(counter.group);
    if (group === undefined) this.#groups.set(counter.group, new Set([counter]));
    else group.add(counter);
  }

  #sweep(nowMs: number): void {
    this.#counterSweep ??= this.#counters.values();
    this.#leaseSweep ??= this.#leases.entries();
    for (let step = 0; step < SWEPT_PER_CALL; step += 1) {
      const counter = this.#counterSweep?.next();
      if (counter === undefined || counter.done) this.#counterSweep = undefined;
      else this.#forgetEnded(counter.value, nowMs);
      const lease = this.#leaseSweep?.next();
      if (lease === undefined || lease.done) this.#leaseSweep = undefined;
      else if (lease.value[1].keptUntilMs <= nowMs) this.#leases.delete(lease.value[0]);
    }
  }

  #forgetEnded(counter: MemoryCounter, nowMs: number): void {
    if (counter.overMs === 0 || counter.overMs + this.#bounds.windowKeptMs > nowMs) return;
    this.#counters.delete(counter.key);
    const group = this.#groups.get(counter.group);
    group?.delete(counter);
    if (group?.size === 0) this.#groups.delete(counter.group);
  }
}

export interface MemorySnapshot {
  readonly format: 'costspan.quota-snapshot/1';
  readonly counters: readonly {
    readonly ref: CounterRef;
    readonly used: CounterState['used'];
    readonly exceededAtMs: number;
    readonly held: readonly {
      readonly id: string;
      readonly amount: CounterState['used'];
      readonly expiresMs: number;
    }[];
    readonly told: readonly (readonly [limit: string, percent: number])[];
    readonly sliding?: ReturnType<SlidingCount['toJson']>;
  }[];
  readonly leases: readonly (readonly [id: string, lease: Lease])[];
  readonly alerts: readonly PendingAlert[];
}

function sliceOf(ref: CounterRef, nowMs: number): number {
  return Math.floor(nowMs / ref.sliceMs);
}

function isAbove(counter: MemoryCounter, { amount, limit }: ReserveEntry): boolean {
  return counter.sliding === undefined ? counter.isOver(amount, limit) : counter.sliding.total + amount.hi > limit.hi;
}

function isOver(counter: MemoryCounter, entry: ReserveEntry, nowMs: number): boolean {
  const { amount, ceiling, graceMs } = entry;
  if (graceMs > 0) {
    return isAbove(counter, entry) && counter.exceededAtMs > 0 && nowMs >= counter.exceededAtMs + graceMs;
  }
  return counter.sliding === undefined
    ? counter.isOver(amount, ceiling)
    : counter.sliding.total + amount.hi > ceiling.hi;
}

function stateFor(counter: MemoryCounter, entry: ReserveEntry): CounterState {
  if (counter.sliding === undefined || counter.sliding.total + entry.amount.hi <= entry.ceiling.hi)
    return counter.state();
  return counter.state(counter.sliding.roomAt(entry.amount.hi, entry.ceiling.hi) * entry.sliceMs);
}
