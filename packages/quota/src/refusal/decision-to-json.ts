import type { Decision, LimitState } from '../engine/decision.ts';
import { formatInstant } from '../time/format-instant.ts';
import { amountJson } from './amount-text.ts';

export interface LimitJson {
  readonly rule_id: string;
  readonly unit: string;
  readonly per: string;
  readonly window: 'sliding' | 'calendar';
  readonly bucket: Readonly<Record<string, string>>;
  readonly limit: string | number;
  readonly used: string | number;
  readonly reserved: string | number;
  readonly requested: string | number;
  readonly remaining: string | number;
  /** In the zone of the rule, with its distance from UTC. */
  readonly resets_at: string;
  readonly timezone: string;
  readonly window_id: string;
  readonly effect: LimitState['effect'];
  readonly on_exceed: LimitState['onExceed'];
}

/** A decision as `POST /api/v1/quota/decisions` answers it. */
export interface DecisionJson {
  readonly id: string;
  readonly decision: 'allow' | 'deny';
  readonly reason?: string;
  readonly rule_id?: string;
  readonly downgrade_to?: string;
  readonly lease_ms?: number;
  readonly uncertain?: { readonly mode: string; readonly cause: string };
  readonly retry_at?: string;
  readonly exceeded: readonly LimitJson[];
  readonly limits: readonly LimitJson[];
}

export function decisionToJson(decision: Decision): DecisionJson {
  const { id, kind, uncertain } = decision;
  const common = {
    id,
    decision: kind,
    ...(uncertain === undefined ? {} : { uncertain: { mode: uncertain.mode, cause: causeText(uncertain.cause) } }),
    exceeded: decision.exceeded.map(limitToJson),
    limits: decision.limits.map(limitToJson),
  };
  if (decision.kind === 'allow') {
    const { downgradeTo, leaseMs } = decision;
    return { ...common, lease_ms: leaseMs, ...(downgradeTo === undefined ? {} : { downgrade_to: downgradeTo }) };
  }
  const { reason, ruleId, retryAtMs } = decision;
  const retry = retryAtMs === undefined ? {} : { retry_at: formatInstant(retryAtMs) };
  return { ...common, reason, rule_id: ruleId, ...retry };
}

export function limitToJson(state: LimitState): LimitJson {
  const { unit } = state;
  return {
    rule_id: state.ruleId,
    unit,
    per: state.per,
    window: state.window,
    bucket: state.bucket,
    limit: amountJson(unit, state.limit),
    used: amountJson(unit, state.used),
    reserved: amountJson(unit, state.reserved),
    requested: amountJson(unit, state.requested),
    remaining: amountJson(unit, state.remaining),
    resets_at: formatInstant(state.resetsAtMs, state.timezone),
    timezone: state.timezone,
    window_id: state.windowId,
    effect: state.effect,
    on_exceed: state.onExceed,
  };
}

/** What a store said, without its stack. */
export function causeText(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
