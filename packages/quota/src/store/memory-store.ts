import { excess, NOTHING, type SplitAmount } from '../split-amount.ts';
import { EndedIds } from './ended-ids.ts';
import { HeldAmount } from './held-amount.ts';
import type { MemoryCounter } from './memory-counter.ts';
import { MemoryCounters, StoreFullError } from './memory-counters.ts';
import { type MemorySnapshot, restoreCounter, saveCounter } from './memory-snapshot.ts';
import { PendingAlerts } from './pending-alerts.ts';
import {
  type CounterRef,
  type CounterState,
  keyOf,
  type ListedCounter,
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

export interface MemoryStoreBounds extends StoreBounds {
  readonly countersMax: number;
  /** Reservations that are held at once. */
  readonly leasesMax: number;
  /** Ended ones that are known by their id; the oldest are forgotten for a new one, and counted. */
  readonly endedMax: number;
}

interface Lease {
  keptUntilMs: number;
  /** What a sliding window holds for the call lies in the slice of this instant. */
  readonly heldAtMs: number;
  readonly entries: readonly ReserveEntry[];
  /** What each entry holds; nothing of a sliding window. */
  readonly held: (HeldAmount | undefined)[];
}

/** Ended windows and old leases looked at with every reservation, so that no single call pays for a sweep. */
const SWEPT_PER_CALL = 2;

/**
 * Counters in this process, for the embedded shape. Answers at once, so that nothing can come between the entries of one
 * reservation. Survives a restart by {@link MemoryStore.snapshot}, or by counting the ledger again.
 */
export class MemoryStore implements QuotaStore {
  readonly #bounds: MemoryStoreBounds;
  readonly #counters: MemoryCounters;
  readonly #leases = new Map<string, Lease>();
  readonly #ended: EndedIds;
  readonly #alerts: PendingAlerts;
  #leaseSweep: Iterator<[string, Lease]> | undefined;
  #name: string | undefined;

  constructor(bounds: Partial<MemoryStoreBounds> = {}) {
    this.#bounds = { ...STORE_BOUNDS, countersMax: 1_000_000, leasesMax: 1_000_000, endedMax: 1_000_000, ...bounds };
    const { countersMax, windowKeptMs, endedKeptMs, endedMax, alertsMax } = this.#bounds;
    this.#counters = new MemoryCounters(countersMax, windowKeptMs);
    this.#ended = new EndedIds(endedKeptMs, endedMax);
    this.#alerts = new PendingAlerts(alertsMax);
  }

  reserve(request: ReserveRequest): ReserveAnswer {
    const { id, nowMs, entries } = request;
    this.#sweep(nowMs);
    const isKnown = this.#isKnown(id);
    if (!isKnown && this.#leases.size >= this.#bounds.leasesMax) {
      throw new StoreFullError(`${this.#bounds.leasesMax} reservations are held; raise leasesMax or settle them`);
    }
    const counters: MemoryCounter[] = [];
    const states: CounterState[] = [];
    let refused = false;
    for (const entry of entries) {
      const counter = this.#counters.at(entry, nowMs);
      counters.push(counter);
      states.push(counter.stateFor(entry));
      if (entry.hard && counter.hasNoRoomFor(entry, nowMs)) refused = true;
    }
    if (isKnown) return { kind: 'repeated', states };
    if (refused) return { kind: 'refused', states };
    const expiresMs = nowMs + request.leaseMs;
    const held: (HeldAmount | undefined)[] = [];
    for (let index = 0; index < entries.length; index += 1) {
      held.push((counters[index] as MemoryCounter).take(entries[index] as ReserveEntry, nowMs, expiresMs));
    }
    this.#leases.set(id, { keptUntilMs: expiresMs + this.#bounds.lateSettleMs, heldAtMs: nowMs, entries, held });
    return { kind: 'held', states };
  }

  settle(id: string, used: Used, nowMs: number): SettleAnswer {
    return this.#end(id, used, nowMs) ?? this.#notHeld(id);
  }

  release(id: string, nowMs: number): SettleAnswer {
    return this.#end(id, undefined, nowMs) ?? this.#notHeld(id);
  }

  extend(id: string, nowMs: number, leaseMs: number): 'held' | 'ended' | 'unknown' {
    const lease = this.#leases.get(id);
    if (lease === undefined) return this.#ended.has(id) ? 'ended' : 'unknown';
    lease.keptUntilMs = nowMs + leaseMs + this.#bounds.lateSettleMs;
    for (const [index, entry] of lease.entries.entries()) {
      let held = lease.held[index];
      if (held === undefined) continue;
      const counter = this.#counters.at(entry, nowMs);
      // Its window was over so long ago that the counter was forgotten, and is made again.
      if (held.counter !== counter) held = new HeldAmount(counter, entry.amount, nowMs);
      held.expiresMs = nowMs + leaseMs;
      lease.held[index] = held;
      counter.hold(held);
    }
    return 'held';
  }

  record(id: string, entries: readonly RecordEntry[], nowMs: number, atMs = nowMs): 'recorded' | 'repeated' {
    this.#sweep(nowMs);
    if (this.#isKnown(id)) return 'repeated';
    // All of them before any is changed: a store that is full counts nothing of the call.
    const counters = entries.map((entry) => this.#counters.at(entry, nowMs));
    for (const [index, entry] of entries.entries()) {
      const counter = counters[index] as MemoryCounter;
      if (counter.sliding === undefined) this.#use(counter, entry, entry.amount, nowMs);
      else counter.slide(entry.amount.hi, atMs);
    }
    this.#ended.add(id, nowMs);
    return 'recorded';
  }

  settleOrRecord(id: string, used: Used, entries: readonly RecordEntry[], nowMs: number, atMs = nowMs): SettleAnswer {
    const ended = this.#end(id, used, nowMs);
    return ended ?? { kind: this.record(id, entries, nowMs, atMs), wasExpired: false, overshoot: {} };
  }

  read(counters: readonly CounterRef[], nowMs: number): readonly CounterState[] {
    return counters.map((ref) => {
      const counter = this.#counters.find(ref);
      if (counter === undefined) return { used: NOTHING, reserved: NOTHING, exceededAtMs: 0, retryAtMs: 0 };
      counter.advance(nowMs);
      return counter.state();
    });
  }

  list(group: string, max: number, nowMs: number): { counters: readonly ListedCounter[]; total: number } {
    const members = this.#counters.of(group).filter(({ sliding }) => sliding === undefined);
    for (const counter of members) counter.advance(nowMs);
    const top = members
      .sort((a, b) => b.usedHi - a.usedHi || b.usedLo - a.usedLo || (a.bucket < b.bucket ? -1 : 1))
      .slice(0, max);
    return { counters: top.map((counter) => ({ key: keyOf(counter), ...counter.state() })), total: members.length };
  }

  claimAlerts(max: number, nowMs: number, holdMs: number): readonly StoredAlert[] {
    return this.#alerts.claim(max, nowMs, holdMs);
  }

  confirmAlerts(ids: readonly string[]): void {
    this.#alerts.confirm(ids);
  }

  identify(fresh: string): string {
    this.#name ??= fresh;
    return this.#name;
  }

  /** How much is held; for the process's own metrics. */
  get sizes(): { readonly counters: number; readonly leases: number; readonly ended: number; readonly alerts: number } {
    return {
      counters: this.#counters.size,
      leases: this.#leases.size,
      ended: this.#ended.size,
      alerts: this.#alerts.size,
    };
  }

  /** Alerts that did not fit. */
  get alertsDropped(): number {
    return this.#alerts.dropped;
  }

  /** Ended reservations that were forgotten before their time. */
  get endedForgotten(): number {
    return this.#ended.forgotten;
  }

  /** Everything as plain JSON, to be written where a restart finds it. */
  snapshot(): MemorySnapshot {
    return {
      format: 'costspan.quota-snapshot/2',
      counters: [...this.#counters.all()].map(saveCounter),
      leases: [...this.#leases].map(([id, { held, ...lease }]) => [
        id,
        { ...lease, expiresMs: held.map((one) => (one?.isHeld === true ? one.expiresMs : null)) },
      ]),
      ended: [...this.#ended.entries()],
      alerts: [...this.#alerts.all()],
    };
  }

  /** A store with the contents of a snapshot. */
  static restore(snapshot: MemorySnapshot, bounds: Partial<MemoryStoreBounds> = {}): MemoryStore {
    const store = new MemoryStore(bounds);
    for (const saved of snapshot.counters) store.#counters.keep(restoreCounter(saved));
    for (const [id, { expiresMs, ...lease }] of snapshot.leases) {
      const held = lease.entries.map((entry, index) => {
        if (entry.kind === 'rate') return undefined;
        const counter = store.#counters.at(entry, lease.heldAtMs);
        const one = new HeldAmount(counter, entry.amount, expiresMs[index] ?? 0);
        if (expiresMs[index] !== null) counter.hold(one);
        return one;
      });
      store.#leases.set(id, { ...lease, held });
    }
    for (const [id, keptUntilMs] of snapshot.ended) store.#ended.keep(id, keptUntilMs);
    for (const pending of snapshot.alerts) store.#alerts.keep(pending);
    return store;
  }

  /** Without a use it was never made. `undefined` when nothing is held by this id. */
  #end(id: string, used: Used | undefined, nowMs: number): SettleAnswer | undefined {
    const lease = this.#leases.get(id);
    if (lease === undefined) return undefined;
    let wasExpired = false;
    const overshoot: { -readonly [U in keyof Used]: SplitAmount } = {};
    for (let index = 0; index < lease.entries.length; index += 1) {
      const entry = lease.entries[index] as ReserveEntry;
      const held = lease.held[index];
      const counter = this.#counters.at(entry, nowMs);
      const amount = used === undefined ? NOTHING : (used[entry.unit] ?? entry.amount);
      const over = excess(amount, entry.amount);
      if (over !== undefined && excess(over, overshoot[entry.unit] ?? NOTHING) !== undefined)
        overshoot[entry.unit] = over;
      if (held !== undefined) {
        if (!held.counter.drop(held)) wasExpired = true;
        if (used !== undefined) this.#use(counter, entry, amount, nowMs);
      } else counter.slide(amount.hi - entry.amount.hi, lease.heldAtMs);
    }
    this.#leases.delete(id);
    this.#ended.add(id, nowMs);
    return { kind: 'ended', wasExpired, overshoot };
  }

  #isKnown(id: string): boolean {
    return this.#leases.has(id) || this.#ended.has(id);
  }

  #notHeld(id: string): SettleAnswer {
    return { kind: this.#ended.has(id) ? 'repeated' : 'unknown', wasExpired: false, overshoot: {} };
  }

  #use(counter: MemoryCounter, { limit, marks }: RecordEntry | ReserveEntry, amount: SplitAmount, nowMs: number): void {
    counter.use(amount);
    for (const mark of counter.crossed(limit, marks))
      this.#alerts.add(counter, mark, counter.state().used, limit, nowMs);
  }

  #sweep(nowMs: number): void {
    for (let step = 0; step < SWEPT_PER_CALL; step += 1) {
      this.#counters.sweepOne(nowMs);
      this.#leaseSweep ??= this.#leases.entries();
      const lease = this.#leaseSweep.next();
      if (lease.done) this.#leaseSweep = undefined;
      else if (lease.value[1].keptUntilMs <= nowMs) this.#leases.delete(lease.value[0]);
    }
    this.#ended.expire(nowMs);
  }
}
