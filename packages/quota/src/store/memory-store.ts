import { excess, NOTHING, type SplitAmount } from '../split-amount.ts';
import { MemoryCounter } from './memory-counter.ts';
import {
  type CounterRef,
  type CounterState,
  keyOf,
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
  /** Reservations that are held at once. */
  readonly leasesMax: number;
  /** Ended ones that are known by their id; the oldest is forgotten for a new one, and counted. */
  readonly endedMax: number;
}

/** Thrown when a bound of the store is reached; rules answer it as they answer an unreachable store. */
export class StoreFullError extends Error {
  override readonly name = 'StoreFullError';
}

interface Lease {
  keptUntilMs: number;
  /** What a sliding window holds for the call lies in the slice of this instant. */
  readonly heldAtMs: number;
  readonly entries: readonly ReserveEntry[];
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
  /** By group, then by bucket: a decision makes no keys. */
  readonly #groups = new Map<string, Map<string, MemoryCounter>>();
  #size = 0;
  readonly #leases = new Map<string, Lease>();
  /** Until when an ended id is known; in the order of their ends. */
  readonly #ended = new Map<string, number>();
  readonly #alerts = new Map<string, PendingAlert>();
  #groupSweep: Iterator<Map<string, MemoryCounter>> | undefined;
  #counterSweep: Iterator<MemoryCounter> | undefined;
  #leaseSweep: Iterator<[string, Lease]> | undefined;
  /** Alerts that did not fit. */
  alertsDropped = 0;
  /** Ended reservations that were forgotten before their time. */
  endedForgotten = 0;

  constructor(bounds: Partial<MemoryStoreBounds> = {}) {
    this.#bounds = { ...STORE_BOUNDS, countersMax: 1_000_000, leasesMax: 1_000_000, endedMax: 1_000_000, ...bounds };
  }

  reserve(request: ReserveRequest): ReserveAnswer {
    const { id, nowMs, entries } = request;
    this.#sweep(nowMs);
    const isKnown = this.#leases.has(id) || this.#ended.has(id);
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
    if (lease === undefined) return this.#ended.has(id) ? 'ended' : 'unknown';
    lease.keptUntilMs = nowMs + leaseMs + this.#bounds.lateSettleMs;
    for (const entry of lease.entries) {
      if (entry.kind === 'budget') this.#counter(entry, nowMs).hold(id, entry.amount, nowMs + leaseMs);
    }
    return 'held';
  }

  record(id: string, entries: readonly RecordEntry[], nowMs: number): 'recorded' | 'repeated' {
    this.#sweep(nowMs);
    if (this.#leases.has(id) || this.#ended.has(id)) return 'repeated';
    for (const entry of entries) {
      const counter = this.#counter(entry, nowMs);
      if (counter.sliding === undefined) this.#use(counter, entry, entry.amount, nowMs);
      else counter.sliding.add(sliceOf(entry, nowMs), entry.amount.hi);
    }
    this.#remember(id, nowMs);
    return 'recorded';
  }

  read(counters: readonly CounterRef[], nowMs: number): readonly CounterState[] {
    return counters.map((ref) => {
      const counter = this.#groups.get(ref.group)?.get(ref.bucket);
      if (counter === undefined) return { used: NOTHING, reserved: NOTHING, exceededAtMs: 0, retryAtMs: 0 };
      counter.expire(nowMs);
      counter.sliding?.advance(sliceOf(ref, nowMs));
      return counter.state();
    });
  }

  list(group: string, max: number, nowMs: number): { counters: readonly ListedCounter[]; total: number } {
    const members = [...(this.#groups.get(group)?.values() ?? [])].filter(({ sliding }) => sliding === undefined);
    for (const counter of members) counter.expire(nowMs);
    const top = members
      .sort((a, b) => b.usedHi - a.usedHi || b.usedLo - a.usedLo || (a.bucket < b.bucket ? -1 : 1))
      .slice(0, max);
    return { counters: top.map((counter) => ({ key: keyOf(counter), ...counter.state() })), total: members.length };
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
  get sizes(): { readonly counters: number; readonly leases: number; readonly ended: number; readonly alerts: number } {
    return { counters: this.#size, leases: this.#leases.size, ended: this.#ended.size, alerts: this.#alerts.size };
  }

  /** Everything as plain JSON, to be written where a restart finds it. */
  snapshot(): MemorySnapshot {
    return {
      format: 'costspan.quota-snapshot/1',
      counters: [...this.#groups.values()]
        .flatMap((group) => [...group.values()])
        .map((counter) => ({
          ref: {
            group: counter.group,
            bucket: counter.bucket,
            endsMs: counter.endsMs,
            kind: counter.sliding === undefined ? 'budget' : 'rate',
            sliceMs: counter.sliceMs,
          },
          used: { hi: counter.usedHi, lo: counter.usedLo },
          exceededAtMs: counter.exceededAtMs,
          held: [...counter.leases()].map(([id, { amount, expiresMs }]) => ({ id, amount, expiresMs })),
          told: [...counter.told()],
          ...(counter.sliding === undefined ? {} : { sliding: counter.sliding.toJson() }),
        })),
      leases: [...this.#leases],
      ended: [...this.#ended],
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
      for (const [limit, percent] of saved.told) counter.tell(limit, percent);
      store.#keep(counter);
    }
    for (const [id, lease] of snapshot.leases) store.#leases.set(id, { ...lease });
    for (const [id, keptUntilMs] of snapshot.ended) store.#ended.set(id, keptUntilMs);
    for (const pending of snapshot.alerts) store.#alerts.set(pending.alert.id, { ...pending });
    return store;
  }

  #end(id: string, state: 'settled' | 'released', used: Used, nowMs: number): SettleAnswer {
    const lease = this.#leases.get(id);
    if (lease === undefined) {
      return { kind: this.#ended.has(id) ? 'repeated' : 'unknown', wasExpired: false, overshoot: {} };
    }
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
    this.#leases.delete(id);
    this.#remember(id, nowMs);
    return { kind: 'ended', wasExpired, overshoot };
  }

  #remember(id: string, nowMs: number): void {
    if (this.#ended.size >= this.#bounds.endedMax) {
      for (const oldest of this.#ended.keys()) {
        this.#ended.delete(oldest);
        this.endedForgotten += 1;
        break;
      }
    }
    this.#ended.set(id, nowMs + this.#bounds.endedKeptMs);
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
    const key = keyOf(counter);
    const id = `${key}\n${mark.percent}\n${entry.limit.hi}:${entry.limit.lo}`;
    const alert = { id, key, percent: mark.percent, used, limit: entry.limit, atMs };
    this.#alerts.set(id, { alert, visibleMs: atMs });
  }

  #counter(ref: CounterRef, nowMs: number): MemoryCounter {
    let counter = this.#groups.get(ref.group)?.get(ref.bucket);
    if (counter === undefined) {
      if (this.#size >= this.#bounds.countersMax) {
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
    this.#size += 1;
    const group = this.#groups.get(counter.group);
    if (group === undefined) this.#groups.set(counter.group, new Map([[counter.bucket, counter]]));
    else group.set(counter.bucket, counter);
  }

  #sweep(nowMs: number): void {
    for (let step = 0; step < SWEPT_PER_CALL; step += 1) {
      const counter = this.#nextCounter();
      if (counter !== undefined) this.#forgetEnded(counter, nowMs);
      this.#leaseSweep ??= this.#leases.entries();
      const lease = this.#leaseSweep.next();
      if (lease.done) this.#leaseSweep = undefined;
      else if (lease.value[1].keptUntilMs <= nowMs) this.#leases.delete(lease.value[0]);
    }
    for (const [id, keptUntilMs] of this.#ended) {
      if (keptUntilMs > nowMs) break;
      this.#ended.delete(id);
    }
  }

  /** Goes round all counters, one a call; nothing when a group or the round has ended. */
  #nextCounter(): MemoryCounter | undefined {
    const counter = this.#counterSweep?.next();
    if (counter !== undefined && !counter.done) return counter.value;
    this.#groupSweep ??= this.#groups.values();
    const group = this.#groupSweep.next();
    if (group.done) this.#groupSweep = undefined;
    this.#counterSweep = group.done ? undefined : group.value.values();
    return undefined;
  }

  #forgetEnded(counter: MemoryCounter, nowMs: number): void {
    if (counter.overMs === 0 || counter.overMs + this.#bounds.windowKeptMs > nowMs) return;
    const group = this.#groups.get(counter.group);
    if (group?.delete(counter.bucket)) this.#size -= 1;
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
  readonly ended: readonly (readonly [id: string, keptUntilMs: number])[];
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
