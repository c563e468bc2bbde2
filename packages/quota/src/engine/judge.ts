import { type Amount, joinAmount, LO_BASE } from '../split-amount.ts';
import type { CounterState, ReserveAnswer } from '../store/quota-store.ts';
import { NEVER_MS } from '../time/window.ts';
import { HOUR_MS, MINUTE_MS } from '../time/zone.ts';
import { splitBucket } from './counter-key.ts';
import type { Allowed, Decision, LimitState } from './decision.ts';
import type { Plan, PlannedEntry, PlannedRule, QuotaRequest } from './plan-reservation.ts';

/** The decision that the state of the counters makes. */
export function judge(
  request: QuotaRequest,
  plan: Plan,
  kind: ReserveAnswer['kind'],
  states: readonly CounterState[],
  nowMs: number,
): Decision {
  const seen = new SeenLimits(plan, kind, states, nowMs);
  const isClear = plan.entries.every((entry, index) => hasRoom(entry, states[index] as CounterState, kind));
  const exceeded = isClear ? NONE : sortExceeded(seen.limits.filter(({ isExceeded }) => isExceeded));
  if (kind === 'refused') return deny(request, exceeded, seen.limits, nowMs);
  const downgrade = isClear ? undefined : plan.entries.find((entry, index) => isDowngrade(entry, seen.limits[index]));
  const downgradeTo = downgrade?.onExceed.kind === 'downgrade' ? downgrade.onExceed.model : undefined;
  return new AllowedCall(request.id, plan.leaseMs, exceeded, seen, downgradeTo);
}

/** The limits as a decision found them, written out when somebody looks, and once: most calls are far from every limit. */
class SeenLimits {
  readonly #plan: Plan;
  readonly #kind: ReserveAnswer['kind'];
  readonly #states: readonly CounterState[];
  readonly #nowMs: number;
  #limits: readonly LimitState[] | undefined;

  constructor(plan: Plan, kind: ReserveAnswer['kind'], states: readonly CounterState[], nowMs: number) {
    this.#plan = plan;
    this.#kind = kind;
    this.#states = states;
    this.#nowMs = nowMs;
  }

  get limits(): readonly LimitState[] {
    this.#limits ??= this.#plan.entries.map((entry, index) =>
      limitState(entry, this.#states[index] as CounterState, this.#nowMs, this.#kind),
    );
    return this.#limits;
  }
}

/**
 * A class, because a getter in an object literal makes a hidden class for each decision, which keeps all that it saw until a full
 * collection (bench/quota.bench.ts: 6 kB a call).
 */
class AllowedCall implements Allowed {
  readonly kind = 'allow';
  readonly id: string;
  readonly leaseMs: number;
  readonly exceeded: readonly LimitState[];
  readonly downgradeTo?: string;
  readonly #seen: SeenLimits;

  constructor(
    id: string,
    leaseMs: number,
    exceeded: readonly LimitState[],
    seen: SeenLimits,
    downgradeTo: string | undefined,
  ) {
    this.id = id;
    this.leaseMs = leaseMs;
    this.exceeded = exceeded;
    this.#seen = seen;
    if (downgradeTo !== undefined) this.downgradeTo = downgradeTo;
  }

  get limits(): readonly LimitState[] {
    return this.#seen.limits;
  }
}

const NONE: readonly LimitState[] = [];

function deny(
  { id }: QuotaRequest,
  exceeded: readonly LimitState[],
  limits: readonly LimitState[],
  nowMs: number,
): Decision {
  const blocking = exceeded.filter(({ effect }) => effect === 'blocks');
  const retries = blocking.map(({ resetsAtMs }) => resetsAtMs).filter((at) => at > nowMs && at < NEVER_MS);
  const hasRetry = retries.length === blocking.length && retries.length > 0;
  return {
    kind: 'deny',
    id,
    reason: 'limit',
    ruleId: (blocking[0] ?? exceeded[0])?.ruleId ?? '',
    exceeded,
    limits,
    ...(hasRetry ? { retryAtMs: Math.max(...retries) } : {}),
  };
}

function isDowngrade({ onExceed, rule }: PlannedEntry, state: LimitState | undefined): boolean {
  return state?.isExceeded === true && onExceed.kind === 'downgrade' && rule.mode === 'enforce';
}

/** Whether a limit is not exceeded, in numbers: most calls are far from every limit, and need no amounts written out. */
function hasRoom(
  { amount, limit }: PlannedEntry,
  { used, reserved }: CounterState,
  kind: ReserveAnswer['kind'],
): boolean {
  const isCounted = kind === 'repeated';
  let hi = used.hi + reserved.hi + (isCounted ? 0 : amount.hi);
  let lo = used.lo + reserved.lo + (isCounted ? 0 : amount.lo);
  while (lo >= LO_BASE) {
    lo -= LO_BASE;
    hi += 1;
  }
  return hi < limit.hi || (hi === limit.hi && lo <= limit.lo);
}

/** A call that no counter needs to be asked about: its trial is over, or it has no price and must have one. */
export function judgeWithoutCounters(request: QuotaRequest, rules: readonly PlannedRule[]): Decision | undefined {
  const enforced = rules.filter(({ rule, decides }) => decides && rule.mode === 'enforce');
  const over = enforced.find(({ isTrialOver }) => isTrialOver);
  if (over !== undefined) {
    return { kind: 'deny', id: request.id, reason: 'trial_ended', ruleId: over.rule.id, exceeded: [], limits: [] };
  }
  const unpriced = enforced.find(({ isUnpriced }) => isUnpriced);
  if (unpriced === undefined) return undefined;
  return { kind: 'deny', id: request.id, reason: 'unpriced', ruleId: unpriced.rule.id, exceeded: [], limits: [] };
}

function limitState(entry: PlannedEntry, state: CounterState, nowMs: number, kind: ReserveAnswer['kind']): LimitState {
  const { rule, compiled, onExceed, turn } = entry;
  const { unit, per, id: limitId, window } = compiled.limit;
  const limit = joinAmount(unit, entry.limit);
  const used = joinAmount(unit, state.used);
  const reserved = joinAmount(unit, state.reserved);
  // What was held by the same id before is among what is reserved.
  const requested: Amount = kind === 'repeated' ? 0n : joinAmount(unit, entry.amount);
  const isExceeded = used + reserved + requested > limit;
  const isOver = entry.hard && isExceeded && isBeyondGrace(entry, state, used + reserved + requested, nowMs);
  return {
    ruleId: rule.id,
    limitId,
    unit,
    per,
    window,
    bucket: bucketOf(entry),
    limit,
    used,
    reserved,
    requested,
    remaining: limit - used - reserved,
    resetsAtMs: turn?.endMs ?? (state.retryAtMs > 0 ? state.retryAtMs : nowMs),
    windowMs:
      turn === undefined
        ? slidingLengthMs(per)
        : per === 'lifetime'
          ? Number.POSITIVE_INFINITY
          : turn.endMs - turn.startMs,
    timezone: compiled.clock.calendar.timezone,
    windowId: turn?.id ?? `last ${per}`,
    isExceeded,
    effect: !isExceeded ? 'none' : isOver && kind === 'refused' ? 'blocks' : rule.mode === 'audit' ? 'audits' : 'warns',
    onExceed: onExceed.kind,
  };
}

function isBeyondGrace(entry: PlannedEntry, state: CounterState, total: Amount, nowMs: number): boolean {
  if (entry.graceMs > 0) return state.exceededAtMs > 0 && nowMs >= state.exceededAtMs + entry.graceMs;
  return total > joinAmount(entry.unit, entry.ceiling);
}

function bucketOf({ bucket, rule }: PlannedEntry): Readonly<Record<string, string>> {
  const { appliesPer } = rule;
  if (appliesPer.length === 0) return EMPTY;
  const values = splitBucket(bucket);
  return Object.fromEntries(appliesPer.map((dimension, index) => [dimension, values[index] ?? '']));
}

const EMPTY: Readonly<Record<string, string>> = {};

/** Those that block first, then by the share of the limit that remains, least first; equal ones as the file has them. */
function sortExceeded(exceeded: readonly LimitState[]): readonly LimitState[] {
  return exceeded
    .map((state) => ({ state, remaining: shareOf(state) }))
    .sort((a, b) => rank(a.state) - rank(b.state) || a.remaining - b.remaining)
    .map(({ state }) => state);
}

function rank({ effect }: LimitState): number {
  return effect === 'blocks' ? 0 : effect === 'audits' ? 1 : 2;
}

/** Only for the order: the nearest double of a ratio. */
function shareOf({ remaining, limit }: LimitState): number {
  return limit === 0n ? Number.NEGATIVE_INFINITY : Number(remaining) / Number(limit);
}

function slidingLengthMs(per: LimitState['per']): number {
  return per === 'minute' ? MINUTE_MS : per === 'hour' ? HOUR_MS : 24 * HOUR_MS;
}
