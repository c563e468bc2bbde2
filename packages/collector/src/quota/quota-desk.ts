import {
  type ActualUse,
  type Decision,
  type PriceOf,
  Quota,
  type QuotaCall,
  type QuotaFigures,
  type QuotaRequest,
  type QuotaStore,
  type RuleSet,
  type Settlement,
} from '@costspan/quota';
import type { Tags } from '@costspan/usage';
import type { CountedCall } from './counted-call.ts';

export interface QuotaDeskOptions {
  readonly rules: RuleSet;
  readonly store: QuotaStore;
  readonly priceOf: PriceOf;
  readonly replicas: number;
  /** Tags of a call as the ledger has them, where those that name a person are kept as pseudonyms. */
  readonly tagsAsStored?: ((tags: Tags) => Tags) | undefined;
}

/** What became of a grant and of its calls. */
export interface GrantSettlement extends Settlement {
  readonly calls: { readonly counted: number; readonly repeated: number; readonly deferred: number };
}

/** Calls of a grant told to the store at a time. */
const PARALLEL = 64;
/** Engines whose rules are no longer in force and which may still know calls. */
const RETIRED_MAX = 8;

/**
 * The engine of the rules in force, and those before it: what they still owe the store is told, and calls that passed
 * under them while the store was away are settled by them.
 */
export class QuotaDesk {
  readonly #options: QuotaDeskOptions;
  #current: Quota;
  #retired: Quota[] = [];
  /** Of engines before those, so that sums never fall. */
  readonly #forgotten = { owedDropped: 0, overshootTokens: 0, overshootCost: 0n };
  /** How many decisions there were, by what became of them. */
  readonly decisions = new Map<string, number>();

  constructor(options: QuotaDeskOptions) {
    this.#options = options;
    this.#current = this.#engine(options.rules);
  }

  get quota(): Quota {
    return this.#current;
  }

  replace(rules: RuleSet): void {
    const before = [this.#current, ...this.#retired];
    // Only an engine that has let calls pass without the store knows something that the store does not.
    this.#retired = before.filter(({ figures }) => figures.uncertain > 0 || figures.owed > 0).slice(0, RETIRED_MAX);
    for (const quota of before) {
      if (this.#retired.includes(quota)) continue;
      const { owed, owedDropped, overshootTokens, overshootCost } = quota.figures;
      this.#forgotten.owedDropped += owed + owedDropped;
      this.#forgotten.overshootTokens += overshootTokens;
      this.#forgotten.overshootCost += overshootCost;
    }
    this.#current = this.#engine(rules);
  }

  /** An engine on the same counters with some of the rules. */
  withRules(rules: RuleSet): Quota {
    return this.#engine(rules);
  }

  async reserve(request: QuotaRequest, nowMs: number): Promise<Decision> {
    const decision = await this.#current.reserve({ ...request, call: this.#asStored(request.call) }, nowMs);
    const outcome =
      decision.kind === 'deny' ? decision.reason : decision.uncertain === undefined ? 'allowed' : 'allowed_uncertain';
    this.decisions.set(outcome, (this.decisions.get(outcome) ?? 0) + 1);
    return decision;
  }

  settle(id: string, used: ActualUse, nowMs: number): Promise<Settlement> {
    return this.#engineOf(id).settle(id, used, nowMs);
  }

  release(id: string, nowMs: number): Promise<Settlement> {
    return this.#engineOf(id).release(id, nowMs);
  }

  extend(id: string, nowMs: number, leaseMs: number): Promise<'held' | 'ended' | 'unknown' | 'deferred'> {
    return this.#current.extend(id, nowMs, leaseMs);
  }

  record(id: string, call: QuotaCall, used: ActualUse, atMs: number): Promise<Settlement> {
    return this.#current.record(id, this.#asStored(call), used, atMs, Date.now());
  }

  /** Counts a call once: one that asked before is settled with what it used. */
  count({ id, call, used, atMs }: CountedCall, nowMs: number): Promise<Settlement> {
    return this.#engineOf(id).settleOrRecord(id, this.#asStored(call), used, atMs, nowMs);
  }

  /**
   * Counts the calls that a grant was held for, each by its own id, and then gives the grant back: until the last of them is
   * counted nobody else can have their room. Safe to repeat, and beside the spans of the same calls.
   */
  async settleGrant(id: string, calls: readonly CountedCall[], nowMs: number): Promise<GrantSettlement> {
    const outcomes = { counted: 0, repeated: 0, deferred: 0 };
    for (let at = 0; at < calls.length; at += PARALLEL) {
      const told = await Promise.all(calls.slice(at, at + PARALLEL).map((call) => this.count(call, nowMs)));
      for (const { kind } of told) outcomes[kind === 'repeated' || kind === 'deferred' ? kind : 'counted'] += 1;
    }
    return { ...(await this.release(id, nowMs)), calls: outcomes };
  }

  /** Tells the store what it missed. True when nothing is owed. */
  async flush(): Promise<boolean> {
    let isPaid = true;
    for (const quota of [this.#current, ...this.#retired]) isPaid = (await quota.flush()) && isPaid;
    return isPaid;
  }

  get figures(): Pick<QuotaFigures, 'owed' | 'owedDropped' | 'overshootTokens'> & { readonly overshootCost: bigint } {
    const sum = { owed: 0, ...this.#forgotten };
    for (const { figures } of [this.#current, ...this.#retired]) {
      sum.owed += figures.owed;
      sum.owedDropped += figures.owedDropped;
      sum.overshootTokens += figures.overshootTokens;
      sum.overshootCost += figures.overshootCost;
    }
    return sum;
  }

  #asStored(call: QuotaCall): QuotaCall {
    const { tagsAsStored } = this.#options;
    return tagsAsStored === undefined ? call : { ...call, tags: tagsAsStored(call.tags) };
  }

  #engine(rules: RuleSet): Quota {
    const { store, priceOf, replicas } = this.#options;
    return new Quota({ rules, store, priceOf, replicas });
  }

  /** The store knows reservations; an engine knows only those that it let pass without it. */
  #engineOf(id: string): Quota {
    return this.#retired.find((quota) => quota.hasLetPass(id)) ?? this.#current;
  }
}
