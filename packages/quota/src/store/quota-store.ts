import type { SplitAmount, Unit } from '../split-amount.ts';

/** Parts of a sliding window. One more is counted, so that no window of the stated length ever holds more than the limit. */
export const SLICES = 60;

/** A counter that a call touches. Its key is {@link keyOf} of it. */
export interface CounterRef {
  /** Rule, limit and window: what {@link QuotaStore.list} lists. */
  readonly group: string;
  readonly bucket: string;
  readonly kind: 'budget' | 'rate';
  /** Length of one slice of a rate; 0 for a budget. */
  readonly sliceMs: number;
  /** End of the window; 0 when it never ends. A counter may be forgotten some days after. */
  readonly endsMs: number;
}

/** `rule|limit|window|bucket`. */
export function keyOf({ group, bucket }: { readonly group: string; readonly bucket: string }): string {
  return `${group}|${bucket}`;
}

/** A share of the limit whose crossing is told once. */
export interface Mark {
  readonly percent: number;
  readonly amount: SplitAmount;
}

export interface ReserveEntry extends CounterRef {
  readonly unit: Unit;
  /** What is held back until the call is settled. */
  readonly amount: SplitAmount;
  readonly limit: SplitAmount;
  /** The limit and whatever grace is stated as an amount. */
  readonly ceiling: SplitAmount;
  /** A hard entry that would go over its ceiling refuses the whole reservation. A soft one only counts. */
  readonly hard: boolean;
  /** How long after it was first exceeded a limit still lets calls pass; 0 for not at all. */
  readonly graceMs: number;
  /** By rising percent. */
  readonly marks: readonly Mark[];
}

export interface ReserveRequest {
  /** The caller's own id of the call. The same id again holds nothing again. */
  readonly id: string;
  readonly nowMs: number;
  readonly leaseMs: number;
  readonly entries: readonly ReserveEntry[];
}

/** A counter as it stood before the reservation. */
export interface CounterState {
  readonly used: SplitAmount;
  readonly reserved: SplitAmount;
  /** When the limit was first exceeded in this window; 0 for never. Kept only where a grace asks for it. */
  readonly exceededAtMs: number;
  /** When a sliding window has room for the amount asked; 0 for now, or for a budget. */
  readonly retryAtMs: number;
}

export interface ReserveAnswer {
  readonly kind: 'held' | 'refused' | 'repeated';
  /** One for each entry, in its order. */
  readonly states: readonly CounterState[];
}

/** What a call used. A unit that nobody knows is absent, and what was held back for it is counted instead. */
export type Used = { readonly [U in Unit]?: SplitAmount };

export interface SettleAnswer {
  /**
   * `unknown`: never reserved, or so long ago that it was forgotten. `repeated`: ended before; nothing was changed. `recorded`:
   * nobody knew it, and what it used is counted all the same.
   */
  readonly kind: 'ended' | 'repeated' | 'unknown' | 'recorded';
  /** The lease had run out, so its amount had been given back before. */
  readonly wasExpired: boolean;
  /** What the call used above what it held back, the most under any rule: a limit can be over by so much. */
  readonly overshoot: Used;
}

export interface RecordEntry extends CounterRef {
  /** Added to what is used. Negative for a refund. */
  readonly amount: SplitAmount;
  readonly limit: SplitAmount;
  readonly marks: readonly Mark[];
}

export interface ListedCounter extends CounterState {
  readonly key: string;
}

/** A threshold that a counter has crossed and that nobody has confirmed to have told. */
export interface StoredAlert {
  /** Confirms it with {@link QuotaStore.confirmAlerts}. */
  readonly id: string;
  readonly key: string;
  readonly percent: number;
  readonly used: SplitAmount;
  readonly limit: SplitAmount;
  readonly atMs: number;
}

/** A value now (in this process) or later (from another one). */
export type Maybe<T> = T | Promise<T>;

/**
 * Where counters live. Each operation is atomic over all its entries; a store that cannot be reached throws or rejects.
 * Every implementation runs the suite of `quota-store.contract.ts`. Clocks of several users must agree to a fraction of a lease.
 */
export interface QuotaStore {
  /** Holds every amount, or none where a hard entry has no room. Leases that ran out are given back first. */
  reserve(request: ReserveRequest): Maybe<ReserveAnswer>;
  /** Counts what the call used, in the windows of its reservation, however late. */
  settle(id: string, used: Used, nowMs: number): Maybe<SettleAnswer>;
  /** Gives everything back: the call was never made. */
  release(id: string, nowMs: number): Maybe<SettleAnswer>;
  /** Holds on for `leaseMs` from now. A lease that ran out holds its amounts again, as its call still runs. */
  extend(id: string, nowMs: number, leaseMs: number): Maybe<'held' | 'ended' | 'unknown'>;
  /**
   * Counts use that was never reserved, once per id. `atMs` is when it was, and says in which slice of a sliding window it lies;
   * now unless given, and never later than now.
   */
  record(id: string, entries: readonly RecordEntry[], nowMs: number, atMs?: number): Maybe<'recorded' | 'repeated'>;
  /** Settles a reservation, and records what nobody has reserved: one round trip for a call of which nobody knows whether it asked. */
  settleOrRecord(
    id: string,
    used: Used,
    entries: readonly RecordEntry[],
    nowMs: number,
    atMs?: number,
  ): Maybe<SettleAnswer>;
  read(counters: readonly CounterRef[], nowMs: number): Maybe<readonly CounterState[]>;
  /** The counters of a group that used most, at most `max`, and how many there are. Budgets only. */
  list(
    group: string,
    max: number,
    nowMs: number,
  ): Maybe<{ readonly counters: readonly ListedCounter[]; readonly total: number }>;
  /** Takes alerts for `holdMs`; those not confirmed by then are given out again. */
  claimAlerts(max: number, nowMs: number, holdMs: number): Maybe<readonly StoredAlert[]>;
  confirmAlerts(ids: readonly string[]): Maybe<void>;
  /** The name of these counters; `fresh` becomes it where they have none. Another name than before: everything was lost. */
  identify(fresh: string): Maybe<string>;
}

/** How long things are remembered, and how many. */
export interface StoreBounds {
  /** A reservation whose lease ran out can still be settled for so long. */
  readonly lateSettleMs: number;
  /** An ended reservation is known by its id for so long. */
  readonly endedKeptMs: number;
  /** A counter outlives its window by so much. At least `lateSettleMs`. */
  readonly windowKeptMs: number;
  readonly alertsMax: number;
}

export const STORE_BOUNDS: StoreBounds = {
  lateSettleMs: 24 * 3_600_000,
  endedKeptMs: 3_600_000,
  windowKeptMs: 48 * 3_600_000,
  alertsMax: 100_000,
};
