import type { SplitAmount, Unit } from '../split-amount.ts';
import {
  type CounterRef,
  type CounterState,
  keyOf,
  type ListedCounter,
  type QuotaStore,
  type RecordEntry,
  type ReserveAnswer,
  type ReserveRequest,
  type SettleAnswer,
  STORE_BOUNDS,
  type StoreBounds,
  type StoredAlert,
  type Used,
} from '../store/quota-store.ts';
import { CLAIM_ALERTS, CONFIRM_ALERTS, END, EXTEND, IDENTIFY, LIST, READ, RECORD, RESERVE } from './scripts.ts';

/** What we need of a Redis or Valkey client. `ioredis` and `iovalkey` have it as it stands. */
export interface RedisClient {
  evalsha(sha: string, numberOfKeys: number, ...args: string[]): Promise<unknown>;
  script(command: 'LOAD', script: string): Promise<unknown>;
}

export interface RedisStoreOptions extends Partial<StoreBounds> {
  /** Begins every key. The part in braces places all keys of this store in one slot of a cluster. */
  readonly prefix?: string;
}

/** Counters that one script lists: more of them would keep decisions of other processes waiting (100,000 took seven seconds). */
const LIST_PAGE = 250;
const LIST_ROUNDS_MAX = 5;

type RawState = readonly [number, number, number, number, number, number];

/**
 * Counters in Redis or Valkey, for any number of processes. Every operation is one script and one round trip. What happens
 * while the server is away is the client's choice (its timeouts and retries); a reservation sent twice holds once. For counters
 * that outlive a crash of the server, run it with `appendonly yes` and `appendfsync always`.
 */
export class RedisStore implements QuotaStore {
  readonly #client: RedisClient;
  readonly #prefix: string;
  readonly #bounds: StoreBounds;
  readonly #shas = new Map<string, Promise<string>>();

  constructor(client: RedisClient, options: RedisStoreOptions = {}) {
    const { prefix = 'costspan:{quota}:', ...bounds } = options;
    this.#client = client;
    this.#prefix = prefix;
    this.#bounds = { ...STORE_BOUNDS, ...bounds };
  }

  async reserve({ id, nowMs, leaseMs, entries }: ReserveRequest): Promise<ReserveAnswer> {
    const request = {
      id: id.toWellFormed(),
      lease: leaseMs,
      entries: entries.map((entry) => ({
        ...refJson(entry),
        unit: entry.unit,
        amount: pair(entry.amount),
        limit: pair(entry.limit),
        ceiling: pair(entry.ceiling),
        hard: entry.hard,
        grace: entry.graceMs,
        marks: marksJson(entry),
      })),
    };
    const [kind, states] = (await this.#run(RESERVE, nowMs, request, id)) as [ReserveAnswer['kind'], RawState[]];
    return { kind, states: states.map(stateOf) };
  }

  settle(id: string, used: Used, nowMs: number): Promise<SettleAnswer> {
    return this.#end(id, nowMs, { state: 'settled', used: usedJson(used) });
  }

  release(id: string, nowMs: number): Promise<SettleAnswer> {
    return this.#end(id, nowMs, { state: 'released', used: {} });
  }

  async extend(id: string, nowMs: number, leaseMs: number): Promise<'held' | 'ended' | 'unknown'> {
    return (await this.#run(EXTEND, nowMs, { lease: leaseMs }, id)) as 'held' | 'ended' | 'unknown';
  }

  async record(
    id: string,
    entries: readonly RecordEntry[],
    nowMs: number,
    atMs = nowMs,
  ): Promise<'recorded' | 'repeated'> {
    const request = { at: atMs, entries: entries.map(recordJson) };
    return (await this.#run(RECORD, nowMs, request, id)) as 'recorded' | 'repeated';
  }

  settleOrRecord(
    id: string,
    used: Used,
    entries: readonly RecordEntry[],
    nowMs: number,
    atMs = nowMs,
  ): Promise<SettleAnswer> {
    const request = { state: 'settled', used: usedJson(used), at: atMs, entries: entries.map(recordJson) };
    return this.#end(id, nowMs, request);
  }

  async read(counters: readonly CounterRef[], nowMs: number): Promise<readonly CounterState[]> {
    if (counters.length === 0) return [];
    const states = await this.#run(READ, nowMs, { entries: counters.map(refJson) });
    return (states as RawState[]).map(stateOf);
  }

  async list(
    group: string,
    max: number,
    nowMs: number,
  ): Promise<{ readonly counters: readonly ListedCounter[]; readonly total: number }> {
    const found = new Map<string, ListedCounter>();
    let total = 0;
    // A counter that rises past the page that is being read is in none of them, and found in the next round.
    for (let round = 0; round < LIST_ROUNDS_MAX; round += 1) {
      for (let from = 0; from < max; from += LIST_PAGE) {
        const answer = await this.#run(LIST, nowMs, { group, from, max: Math.min(LIST_PAGE, max - from) });
        const [size, listed] = answer as [number, (readonly [string, RawState])[]];
        total = size;
        for (const [key, state] of listed) found.set(key, { key, ...stateOf(state) });
        if (from + LIST_PAGE >= total) break;
      }
      if (found.size >= Math.min(max, total)) break;
    }
    const counters = [...found.values()].sort((a, b) => b.used.hi - a.used.hi || b.used.lo - a.used.lo);
    return { counters: counters.slice(0, max), total };
  }

  async claimAlerts(max: number, nowMs: number, holdMs: number): Promise<readonly StoredAlert[]> {
    const claimed = await this.#run(CLAIM_ALERTS, nowMs, { max, hold: holdMs });
    return (claimed as string[]).map(alertOf);
  }

  async confirmAlerts(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#run(CONFIRM_ALERTS, 0, { ids });
  }

  async identify(fresh: string): Promise<string> {
    return (await this.#run(IDENTIFY, 0, { fresh })) as string;
  }

  async #end(id: string, nowMs: number, request: object): Promise<SettleAnswer> {
    const answer = await this.#run(END, nowMs, request, id);
    const [kind, expired, overshoot] = answer as [SettleAnswer['kind'], number, (readonly [Unit, number, number])[]];
    return {
      kind,
      wasExpired: expired === 1,
      overshoot: Object.fromEntries(overshoot.map(([unit, hi, lo]) => [unit, { hi, lo }])),
    };
  }

  async #run(script: string, nowMs: number, request: object, id?: string): Promise<unknown> {
    const { lateSettleMs, endedKeptMs, windowKeptMs, alertsMax } = this.#bounds;
    const argument = JSON.stringify({
      prefix: this.#prefix,
      now: nowMs,
      lateSettle: lateSettleMs,
      endedKept: endedKeptMs,
      windowKept: windowKeptMs,
      alertsMax,
      ...request,
    });
    const key = `${this.#prefix}l:${(id ?? '').toWellFormed()}`;
    try {
      return await this.#client.evalsha(await this.#load(script), 1, key, argument);
    } catch (error) {
      // A server that was restarted has lost its scripts; nothing was done, so sending again is safe.
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      this.#shas.delete(script);
      return this.#client.evalsha(await this.#load(script), 1, key, argument);
    }
  }

  #load(script: string): Promise<string> {
    const known = this.#shas.get(script);
    if (known !== undefined) return known;
    const loading = this.#client.script('LOAD', script).then(String);
    this.#shas.set(script, loading);
    loading.catch(() => this.#shas.delete(script));
    return loading;
  }
}

/** Half a surrogate pair is no text that the server reads: a tag with one must not look like a server that is away. */
function refJson({ group, bucket, kind, sliceMs, endsMs }: CounterRef): object {
  return { key: keyOf({ group, bucket }).toWellFormed(), group, kind, slice: sliceMs, ends: endsMs };
}

function recordJson(entry: RecordEntry): object {
  return { ...refJson(entry), amount: pair(entry.amount), limit: pair(entry.limit), marks: marksJson(entry) };
}

function marksJson({ marks }: RecordEntry): readonly (readonly [percent: number, hi: number, lo: number])[] {
  return marks.map(({ percent, amount }) => [percent, amount.hi, amount.lo]);
}

function usedJson(used: Used): object {
  return Object.fromEntries(Object.entries(used).map(([unit, amount]) => [unit, pair(amount)]));
}

function pair({ hi, lo }: SplitAmount): readonly [number, number] {
  return [hi, lo];
}

function stateOf([usedHi, usedLo, reservedHi, reservedLo, exceededAtMs, retryAtMs]: RawState): CounterState {
  return {
    used: { hi: usedHi, lo: usedLo },
    reserved: { hi: reservedHi, lo: reservedLo },
    exceededAtMs,
    retryAtMs,
  };
}

/** The key comes first because only it may hold a line break. */
function alertOf(id: string): StoredAlert {
  const parts = id.split('\n');
  const [percent, usedHi, usedLo, limitHi, limitLo, atMs] = parts.slice(-6).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    id,
    key: parts.slice(0, -6).join('\n'),
    percent,
    used: { hi: usedHi, lo: usedLo },
    limit: { hi: limitHi, lo: limitLo },
    atMs,
  };
}
