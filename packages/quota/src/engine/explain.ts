import { compileCondition } from '../rules/match.ts';
import type { Clause } from '../rules/rule.ts';
import { EVALUATIONS, type Evaluation } from '../rules/rule.ts';
import { joinAmount } from '../split-amount.ts';
import type { CounterState } from '../store/quota-store.ts';
import type { Decision, LimitState } from './decision.ts';
import { judge, judgeWithoutCounters } from './judge.ts';
import type { Plan, QuotaRequest } from './plan-reservation.ts';
import type { Quota } from './quota.ts';

/** Why a call would be allowed or refused, rule by rule, in both evaluations. Nothing is held. */
export interface Explanation {
  /** The evaluation of the file. */
  readonly evaluation: Evaluation;
  readonly decisions: Readonly<Record<Evaluation, Decision>>;
  /** True when the other evaluation would have decided otherwise. */
  readonly differs: boolean;
  readonly rules: readonly ExplainedRule[];
}

export interface ExplainedRule {
  readonly ruleId: string;
  /** Where the rule stands in its file. */
  readonly line: number;
  readonly matches: boolean;
  /** What of the condition did not hold, or what excluded the call. */
  readonly because: readonly Clause[];
  /** Each limit before the call, and what would be used and reserved together after it. */
  readonly limits: readonly (LimitState & { readonly after: bigint })[];
}

/** @throws whatever the store throws when it cannot be reached. */
export async function explainDecision(quota: Quota, request: QuotaRequest, nowMs: number): Promise<Explanation> {
  const plans = EVALUATIONS.map((evaluation) => quota.plan(request, nowMs, evaluation));
  const states = await quota.store.read((plans[0] as Plan).entries, nowMs);
  const [all, first] = plans.map((plan) => decide(request, plan, states, nowMs)) as [Decision, Decision];
  const chosen = quota.rules.evaluation === 'all' ? all : first;
  const rules = quota.compiled.map(({ rule, matches }): ExplainedRule => {
    const isMatch = matches(request.call);
    return {
      ruleId: rule.id,
      line: rule.line,
      matches: isMatch,
      because: isMatch
        ? []
        : [
            ...rule.when.every.filter((clause) => !compileCondition({ every: [clause], none: [] })(request.call)),
            ...rule.when.none.filter((clause) => compileCondition({ every: [clause], none: [] })(request.call)),
          ],
      limits: chosen.limits
        .filter(({ ruleId }) => ruleId === rule.id)
        .map((state) => ({ ...state, after: state.used + state.reserved + state.requested })),
    };
  });
  return {
    evaluation: quota.rules.evaluation,
    decisions: { all, first },
    differs: all.kind !== first.kind || (all.kind === 'deny' && first.kind === 'deny' && all.ruleId !== first.ruleId),
    rules,
  };
}

function decide(request: QuotaRequest, plan: Plan, states: readonly CounterState[], nowMs: number): Decision {
  const early = judgeWithoutCounters(request, plan.rules);
  if (early !== undefined) return early;
  const isRefused = plan.entries.some((entry, index) => {
    const { used, reserved, exceededAtMs } = states[index] as CounterState;
    const total = [used, reserved, entry.amount].reduce((sum, part) => sum + joinAmount(entry.unit, part), 0n);
    if (!entry.hard) return false;
    if (entry.graceMs > 0) {
      return total > joinAmount(entry.unit, entry.limit) && exceededAtMs > 0 && nowMs >= exceededAtMs + entry.graceMs;
    }
    return total > joinAmount(entry.unit, entry.ceiling);
  });
  return judge(request, plan, isRefused ? 'refused' : 'held', states, nowMs);
}
