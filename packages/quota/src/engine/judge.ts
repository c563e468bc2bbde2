import { type Amount, joinAmount } from '../split-amount.ts';
import type { CounterState, ReserveAnswer } from '../store/quota-store.ts';
import { HOUR_MS, MINUTE_MS } from '../time/zone.ts';
import { parseCounterKey } from './counter-key.ts';
import type { Decision, LimitState } from './decision.ts';
import type { Plan, PlannedEntry, PlannedRule, QuotaRequest } from './plan-reservation.ts';

/** The decision that the state of the counters makes. */
export function judge(
  request: QuotaRequest,
  plan: Plan,
  kind: ReserveAnswer['kind'],
  states: readonly CounterState[],
  nowMs: number,
): Decision {
  const limits = plan.entries.map((entry, index) => limitState(entry, states[index] as CounterState, nowMs, kind));
  const exceeded = sortExceeded(limits.filter(({ isExceeded }) => isExceeded));
  if (kind === 'refused') {
    const blocking = exceeded.filter(({ effect }) => effect === 'blocks');
    const ruleId = (blocking[0] ?? exceeded[0])?.ruleId ?? '';
    const retries = blocking.map(({ resetsAtMs }) => resetsAtMs).filter((at) => at > nowMs);
    return {
      kind: 'deny',
      id: request.id,
      reason: 'limit',
      ruleId,
      exceeded,
      limits,
      ...(retries.length === blocking.length && retries.length > 0 ? { retryAtMs: Math.max(...retries) } : {}),
    };
  }
  const downgrade = plan.entries.find(
    ({ onExceed, rule }, index) =>
      limits[index]?.isExceeded && onExceed.kind === 'downgrade' && rule.mode === 'enforce',
  );
  return {
    kind: 'allow',
    id: request.id,
    exceeded,
    limits,
    leaseMs: plan.leaseMs,
    ...(downgrade?.onExceed.kind === 'downgrade' ? { downgradeTo: downgrade.onExceed.model } : {}),
  };
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

export function limitState(
  entry: PlannedEntry,
  state: CounterState,
  nowMs: number,
  kind: ReserveAnswer['kind'],
): LimitState {
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

function bucketOf({ key, rule }: PlannedEntry): Readonly<Record<string, string>> {
  const { appliesPer } = rule;
  if (appliesPer.length === 0) return EMPTY;
  const { values } = parseCounterKey(key, appliesPer.length);
  return Object.fromEntries(appliesPer.map((dimension, index) => [dimension, values[index] ?? '']));
}

const EMPTY: Readonly<Record<string, string>> = {};

/** Those that block first, then by the share of the limit that remains, least first; equal ones as the file has them. */
export function sortExceeded(exceeded: readonly LimitState[]): readonly LimitState[] {
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
