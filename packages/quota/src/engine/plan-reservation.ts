import type { Atto } from '@costspan/usage';
import type { QuotaCall } from '../rules/match.ts';
import type { Evaluation, OnExceed, QuotaRule } from '../rules/rule.ts';
import { fits, HI_MAX, type SplitAmount, splitAmount, type Unit } from '../split-amount.ts';
import type { ReserveEntry } from '../store/quota-store.ts';
import type { Window } from '../time/window.ts';
import type { CompiledLimit, CompiledRule, Terms } from './compile-rules.ts';
import { type CallSize, estimateTokens, type PriceOf } from './estimate-call.ts';

/** A call that asks to be made. */
export interface QuotaRequest {
  /** The caller's own id, unique per call; `traceId-spanId` is a good one. Asking twice with one id holds once. */
  readonly id: string;
  readonly call: QuotaCall;
  readonly size?: CallSize;
  /** Amounts to hold that are known better than by an estimate, such as a grant for many calls. */
  readonly hold?: { readonly requests?: number; readonly tokens?: number; readonly cost?: Atto };
}

/** An entry of a reservation with the rule it comes from. */
export interface PlannedEntry extends ReserveEntry {
  readonly rule: QuotaRule;
  readonly compiled: CompiledLimit;
  readonly onExceed: OnExceed;
  /** The calendar window; absent for a sliding limit. */
  readonly turn: Window | undefined;
}

export interface PlannedRule {
  readonly rule: QuotaRule;
  readonly terms: Terms;
  /** May refuse the call by the evaluation asked for. */
  readonly decides: boolean;
  readonly bucket: string;
  readonly isTrialOver: boolean;
  readonly isUnpriced: boolean;
}

export interface Plan {
  readonly rules: readonly PlannedRule[];
  readonly entries: readonly PlannedEntry[];
  readonly leaseMs: number;
}

/** What a call would hold back, under every rule that matches it. */
export function planReservation(
  compiled: readonly CompiledRule[],
  evaluation: Evaluation,
  priceOf: PriceOf | undefined,
  request: QuotaRequest,
  nowMs: number,
): Plan {
  const { call } = request;
  const rules: PlannedRule[] = [];
  const entries: PlannedEntry[] = [];
  const amounts = new CallAmounts(request, priceOf, nowMs);
  let leaseMs = 0;
  for (const one of compiled) {
    if (!one.matches(call)) continue;
    const { rule } = one;
    const bucket = one.bucketOf(call);
    const terms = one.termsOf(call, bucket, nowMs);
    const decides = evaluation === 'all' || rules.length === 0;
    let isUnpriced = false;
    leaseMs = Math.max(leaseMs, rule.leaseMs);
    for (const limit of terms.limits) {
      const { unit } = limit.limit;
      const asked = amounts.of(unit, rule);
      if (asked === undefined && rule.unpriced.kind === 'block') isUnpriced = true;
      const isHard = decides && rule.mode === 'enforce' && asked !== undefined && mayBlock(terms.onExceed, request.id);
      const turn = limit.limit.window === 'sliding' ? undefined : limit.clock.at(nowMs);
      const group = limit.groupIn(turn);
      entries.push({
        group,
        bucket,
        kind: turn === undefined ? 'rate' : 'budget',
        sliceMs: limit.sliceMs,
        endsMs: turn === undefined || limit.limit.per === 'lifetime' ? 0 : turn.endMs,
        unit,
        amount: asked ?? NO_PRICE,
        limit: limit.amount,
        ceiling: limit.ceiling,
        hard: isHard,
        graceMs: terms.onExceed.kind === 'grace' ? (terms.onExceed.forMs ?? 0) : 0,
        marks: limit.marks,
        rule,
        compiled: limit,
        onExceed: terms.onExceed,
        turn,
      });
    }
    rules.push({ rule, terms, decides, bucket, isTrialOver: nowMs >= terms.trialEndsMs, isUnpriced });
  }
  return { rules, entries, leaseMs };
}

const NO_PRICE: SplitAmount = { hi: 0, lo: 0 };

/** The amounts of one call, each computed when the first rule asks for it. */
class CallAmounts {
  readonly #request: QuotaRequest;
  readonly #priceOf: PriceOf | undefined;
  readonly #nowMs: number;
  readonly #known = new Map<string, { readonly tokens: number; readonly cost: Atto | undefined }>();

  constructor(request: QuotaRequest, priceOf: PriceOf | undefined, nowMs: number) {
    this.#request = request;
    this.#priceOf = priceOf;
    this.#nowMs = nowMs;
  }

  /** `undefined` for a cost that nobody knows. */
  of(unit: Unit, rule: QuotaRule): SplitAmount | undefined {
    const { hold = {} } = this.#request;
    if (unit === 'requests') return { hi: hold.requests ?? 1, lo: 0 };
    if (unit === 'tokens') {
      const tokens = hold.tokens ?? this.#estimate(rule.estimate).tokens;
      return { hi: Math.min(tokens, rule.maxReservation.tokens ?? HI_MAX, HI_MAX), lo: 0 };
    }
    const known = hold.cost ?? this.#estimate(rule.estimate).cost;
    const cost = known ?? (rule.unpriced.kind === 'estimate' ? rule.unpriced.cost : undefined);
    if (cost === undefined) return undefined;
    const most = rule.maxReservation.cost;
    const held = most !== undefined && cost > most ? most : cost;
    return fits('cost', held) ? splitAmount('cost', held) : { hi: HI_MAX, lo: 0 };
  }

  #estimate(policy: QuotaRule['estimate']): { readonly tokens: number; readonly cost: Atto | undefined } {
    const known = this.#known.get(policy);
    if (known !== undefined) return known;
    const { size = {}, call, hold } = this.#request;
    const tokens = estimateTokens(size, policy);
    const estimate = {
      tokens: tokens.inputTokens + tokens.outputTokens,
      cost: hold?.cost === undefined ? this.#priceOf?.(call, tokens, this.#nowMs) : undefined,
    };
    this.#known.set(policy, estimate);
    return estimate;
  }
}

/** Warnings and downgrades never block, nor does overage without an end; of throttled calls, those drawn by their id pass. */
function mayBlock(onExceed: OnExceed, id: string): boolean {
  switch (onExceed.kind) {
    case 'block':
    case 'grace':
      return true;
    case 'warn':
    case 'downgrade':
      return false;
    case 'overage':
      return onExceed.extra !== undefined;
    case 'throttle':
      return drawOf(id) >= onExceed.percent;
    default:
      return onExceed satisfies never;
  }
}

/** A number from 0 to 99 that is always the same for an id: FNV-1a, stirred so that ids in a row differ. */
function drawOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  hash ^= hash >>> 16;
  return (hash >>> 0) % 100;
}
