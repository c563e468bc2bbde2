import { type Atto, attoFromInteger } from '@costspan/usage';
import type { QuotaCall } from '../rules/match.ts';
import type { Evaluation, RuleSet } from '../rules/rule.ts';
import { joinAmount, NOTHING, type SplitAmount, splitAmount } from '../split-amount.ts';
import { MemoryStore } from '../store/memory-store.ts';
import type { Maybe, QuotaStore, ReserveAnswer, SettleAnswer, Used } from '../store/quota-store.ts';
import { Backlog, type Owed, type OwedCount, pay } from './backlog.ts';
import { type CompiledRule, compileRules, shareOf } from './compile-rules.ts';
import type { Decision } from './decision.ts';
import type { PriceOf } from './estimate-call.ts';
import { judge, judgeWithoutCounters } from './judge.ts';
import { type Plan, type PlannedEntry, planReservation, type QuotaRequest } from './plan-reservation.ts';

export interface QuotaOptions {
  readonly rules: RuleSet;
  readonly store: QuotaStore;
  /** Without it every cost is unknown, and rules say what then. */
  readonly priceOf?: PriceOf;
  /** How many processes share the limits; each takes so small a share while the store is away (`degraded`). */
  readonly replicas?: number;
  /** Most operations that wait for the store to come back. */
  readonly backlogMax?: number;
}

/** What a call used in the end. What nobody knows is absent, and then what was held back counts. */
export interface ActualUse {
  readonly requests?: number;
  /** Input and output together. */
  readonly tokens?: number;
  readonly cost?: Atto;
}

export interface Settlement {
  /**
   * `ended` now, `repeated` before; `unknown`: no such reservation, so {@link Quota.record} the call instead; `recorded`: it
   * was counted without one; `deferred`: the store is away, and {@link Quota.flush} will tell it.
   */
  readonly kind: SettleAnswer['kind'] | 'deferred';
  /** The lease had run out: for some time the call was not held against its limits. It is counted all the same. */
  readonly wasExpired: boolean;
}

/** Counts of one engine since it was made. */
export interface QuotaFigures {
  readonly allowed: number;
  readonly denied: number;
  readonly storeFailures: number;
  /** Calls that passed because the store was away. */
  readonly uncertain: number;
  readonly owed: number;
  /** Operations that the store will never be told, because too many waited. */
  readonly owedDropped: number;
  /** Cost and tokens of settled calls above what they held back: what a limit can be over by. */
  readonly overshootCost: Atto;
  readonly overshootTokens: number;
}

/** Most calls that passed without a reservation and are still to be settled. */
const UNHELD_MAX = 100_000;
const BACKLOG_MAX = 100_000;

/**
 * Decides calls by rules and keeps their counters. Time is an argument (ms since 1970). No method throws for a store that is
 * away: the rules say what happens then, and the decision says that it was so.
 */
export class Quota {
  readonly rules: RuleSet;
  readonly store: QuotaStore;
  readonly compiled: readonly CompiledRule[];
  readonly #priceOf: PriceOf | undefined;
  readonly #replicas: number;
  readonly #local = new MemoryStore();
  readonly #backlog: Backlog;
  /** Plans of calls that passed while the store was away, so that their use is counted where it belongs. */
  readonly #unheld = new Map<string, readonly PlannedEntry[]>();
  #figures = {
    allowed: 0,
    denied: 0,
    storeFailures: 0,
    uncertain: 0,
    unheldDropped: 0,
    overshootCost: 0n,
    overshootTokens: 0,
  };

  constructor(options: QuotaOptions) {
    this.rules = options.rules;
    this.store = options.store;
    this.compiled = compileRules(options.rules);
    this.#priceOf = options.priceOf;
    this.#replicas = options.replicas ?? 1;
    this.#backlog = new Backlog(options.backlogMax ?? BACKLOG_MAX);
  }

  /**
   * Holds back what the call may use, under every rule that matches, or refuses it with every limit it exceeds. An aborted
   * `signal` counts as a store that is away, so a caller bounds the wait with `AbortSignal.timeout(…)`.
   */
  reserve(request: QuotaRequest, nowMs: number, signal?: AbortSignal): Maybe<Decision> {
    const plan = this.plan(request, nowMs);
    const decided = judgeWithoutCounters(request, plan.rules) ?? this.#ask(request, plan, nowMs, signal);
    return decided instanceof Promise ? decided.then((decision) => this.#noted(decision)) : this.#noted(decided);
  }

  /** What a reservation would ask of the store. */
  plan(request: QuotaRequest, nowMs: number, evaluation: Evaluation = this.rules.evaluation): Plan {
    return planReservation(this.compiled, evaluation, this.#priceOf, request, nowMs);
  }

  /** A sign of life of a call that still runs; send one well before the lease runs out. */
  async extend(id: string, nowMs: number, leaseMs: number): Promise<'held' | 'ended' | 'unknown' | 'deferred'> {
    if (this.#unheld.has(id)) {
      this.#local.extend(id, nowMs, leaseMs);
      return 'deferred';
    }
    try {
      return await this.store.extend(id, nowMs, leaseMs);
    } catch {
      this.#figures.storeFailures += 1;
      return 'deferred';
    }
  }

  /** Counts what the call used, once, in the windows of its reservation, however late. */
  async settle(id: string, actual: ActualUse, nowMs: number): Promise<Settlement> {
    const used = usedOf(actual);
    return (await this.#settleUnheld(id, used, nowMs)) ?? this.#tell({ kind: 'settle', id, used, atMs: nowMs });
  }

  /** Gives back what was held: the call was never made. */
  async release(id: string, nowMs: number): Promise<Settlement> {
    if (this.#unheld.delete(id)) this.#local.release(id, nowMs);
    return this.#tell({ kind: 'release', id, atMs: nowMs });
  }

  /**
   * Counts a call that was never reserved, in the windows of `atMs` (at most now), once per id; a negative use is a refund. What
   * nobody knows is not counted, but for a cost where the rule has an estimate for unpriced calls.
   */
  record(id: string, call: QuotaCall, actual: ActualUse, atMs: number, nowMs = atMs): Promise<Settlement> {
    return this.#tell({ kind: 'record', ...this.#counted(id, call, actual, atMs, nowMs) });
  }

  /** Settles a call, or records it where nobody has reserved it: once per id, and one round trip. */
  async settleOrRecord(
    id: string,
    call: QuotaCall,
    actual: ActualUse,
    atMs: number,
    nowMs = atMs,
  ): Promise<Settlement> {
    const unheld = await this.#settleUnheld(id, usedOf(actual), nowMs);
    return unheld ?? this.#tell({ kind: 'settle-or-record', ...this.#counted(id, call, actual, atMs, nowMs) });
  }

  /** Whether this engine let the call pass while the store was away, and nobody has settled it yet. */
  hasLetPass(id: string): boolean {
    return this.#unheld.has(id);
  }

  /** Tells the store what it missed. Returns whether nothing is owed any more. */
  async flush(): Promise<boolean> {
    try {
      await this.#backlog.flush(this.store);
    } catch {
      this.#figures.storeFailures += 1;
    }
    return this.#backlog.size === 0;
  }

  get figures(): QuotaFigures {
    const { unheldDropped, overshootCost, ...counts } = this.#figures;
    return {
      ...counts,
      overshootCost: attoFromInteger(overshootCost),
      owed: this.#backlog.size,
      owedDropped: this.#backlog.dropped + unheldDropped,
    };
  }

  #noted(decision: Decision): Decision {
    if (decision.kind === 'allow') this.#figures.allowed += 1;
    else this.#figures.denied += 1;
    return decision;
  }

  #ask(request: QuotaRequest, plan: Plan, nowMs: number, signal: AbortSignal | undefined): Maybe<Decision> {
    if (plan.entries.length === 0) return judge(request, plan, 'held', [], nowMs);
    const { leaseMs, entries } = plan;
    const judged = ({ kind, states }: ReserveAnswer) => judge(request, plan, kind, states, nowMs);
    const away = (cause: unknown): Decision => {
      this.#figures.storeFailures += 1;
      return this.#withoutStore(request, plan, nowMs, cause);
    };
    try {
      const asked = this.store.reserve({ id: request.id, nowMs, leaseMs, entries });
      return asked instanceof Promise ? raceAbort(asked, signal).then(judged).catch(away) : judged(asked);
    } catch (cause) {
      return away(cause);
    }
  }

  /** The rules say what happens while the counters cannot be reached; any of them that refuses, refuses. */
  #withoutStore(request: QuotaRequest, plan: Plan, nowMs: number, cause: unknown): Decision {
    const closed = plan.entries.find(({ hard, rule }) => hard && rule.onStoreFailure === 'closed');
    if (closed !== undefined) {
      const { id: ruleId } = closed.rule;
      return { kind: 'deny', id: request.id, reason: 'store_unreachable', ruleId, exceeded: [], limits: [], cause };
    }
    const local = plan.entries.filter(({ rule }) => rule.onStoreFailure === 'degraded');
    const decision = local.length === 0 ? undefined : this.#decideLocally(request, { ...plan, entries: local }, nowMs);
    if (decision?.kind === 'deny') return { ...decision, uncertain: { mode: 'degraded', cause } };
    this.#figures.uncertain += 1;
    if (this.#unheld.size >= UNHELD_MAX) this.#figures.unheldDropped += 1;
    else this.#unheld.set(request.id, plan.entries);
    const { id } = request;
    if (decision === undefined) {
      return { kind: 'allow', id, exceeded: [], limits: [], leaseMs: plan.leaseMs, uncertain: { mode: 'open', cause } };
    }
    return { ...decision, limits: decision.limits, uncertain: { mode: 'degraded', cause } };
  }

  #decideLocally(request: QuotaRequest, plan: Plan, nowMs: number): Decision {
    const entries = plan.entries.map((entry) => ({
      ...entry,
      limit: shareOf(entry.compiled, entry.limit, this.#replicas),
      ceiling: shareOf(entry.compiled, entry.ceiling, this.#replicas),
      marks: [],
    }));
    let answer: ReserveAnswer;
    try {
      answer = this.#local.reserve({ id: request.id, nowMs, leaseMs: plan.leaseMs, entries });
    } catch {
      answer = { kind: 'refused', states: this.#local.read(entries, nowMs) };
    }
    return judge(request, { ...plan, entries }, answer.kind, answer.states, nowMs);
  }

  /** A reservation whose answer was lost may have been made after all, so it is settled where the store knows it. */
  #settleUnheld(id: string, used: Used, nowMs: number): Promise<Settlement> | undefined {
    const unheld = this.#unheld.get(id);
    if (unheld === undefined) return undefined;
    this.#unheld.delete(id);
    this.#local.settle(id, used, nowMs);
    const entries = unheld.map((entry) => ({ ...entry, amount: used[entry.unit] ?? entry.amount }));
    return this.#tell({ kind: 'settle-or-record', id, used, entries, nowMs, atMs: nowMs });
  }

  #counted(id: string, call: QuotaCall, actual: ActualUse, atMs: number, nowMs: number): Omit<OwedCount, 'kind'> {
    // A clock that runs ahead must not count in windows that nobody is in yet.
    const at = Math.min(atMs, nowMs);
    const used = usedOf(actual);
    const counted = { ...used, requests: { hi: actual.requests ?? 1, lo: 0 } };
    const { entries } = this.plan({ id, call, hold: { requests: 1, tokens: 0, ...actual } }, at);
    const known = entries.flatMap((entry) => {
      const amount =
        counted[entry.unit] ?? (entry.unit === 'cost' ? unpricedAmount(entry, actual.requests ?? 1) : undefined);
      return amount === undefined ? [] : [{ ...entry, amount }];
    });
    return { id, used, entries: known, nowMs, atMs: at };
  }

  async #tell(owed: Owed): Promise<Settlement> {
    try {
      const { kind, wasExpired, overshoot } = await pay(this.store, owed);
      this.#figures.overshootCost += joinAmount('cost', overshoot.cost ?? NOTHING);
      this.#figures.overshootTokens += overshoot.tokens?.hi ?? 0;
      return { kind, wasExpired };
    } catch {
      this.#figures.storeFailures += 1;
      this.#backlog.add(owed);
      return { kind: 'deferred', wasExpired: false };
    }
  }
}

/** Calls that are taken back take their estimates with them. */
function unpricedAmount({ rule }: PlannedEntry, requests: number): SplitAmount | undefined {
  return rule.unpriced.kind === 'estimate' ? splitAmount('cost', rule.unpriced.cost * BigInt(requests)) : undefined;
}

function usedOf({ requests, tokens, cost }: ActualUse): Used {
  const used: { -readonly [U in keyof Used]: SplitAmount } = {};
  if (requests !== undefined) used.requests = { hi: requests, lo: 0 };
  if (tokens !== undefined) used.tokens = { hi: tokens, lo: 0 };
  if (cost !== undefined) used.cost = splitAmount('cost', cost);
  return used;
}

/** The answer, or the signal's reason when that comes first. The reservation may still be made; its lease then runs out. */
function raceAbort<T>(asked: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return asked;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    asked.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
