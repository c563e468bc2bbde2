import { LEASE_MS, type OnExceed, type Override, type QuotaRule, type RuleSet } from '../rules/rule.ts';
import type { Plan, PlanFile } from './plan-file.ts';

/**
 * Rules with the limits of the customers' plans as one more rule, counted per customer. A counter's key does not name the plan:
 * who changes plans keeps what was used, neither lost nor doubled, and only the limit is another.
 */
export function withPlans(rules: RuleSet, file: PlanFile): RuleSet {
  return { ...rules, rules: [...rules.rules, planRule(file)] };
}

function planRule(file: PlanFile): QuotaRule {
  const overrides = [...file.customers].flatMap(([customer, terms]) =>
    terms.map(({ plan, fromMs }): Override => {
      const { limits, ...rest } = file.plans.get(plan) as Plan;
      return {
        for: new Map([[file.appliesPer, customer]]),
        limits,
        onExceed: onExceedOf({ limits, ...rest }),
        ...(fromMs === undefined ? {} : { fromMs }),
      };
    }),
  );
  const base = file.defaultPlan === undefined ? undefined : file.plans.get(file.defaultPlan);
  return {
    id: file.name,
    line: 1,
    when: { every: [], none: [] },
    appliesPer: [file.appliesPer],
    limits: base?.limits ?? [],
    overrides,
    calendar: file.calendar,
    mode: 'enforce',
    onExceed: base === undefined ? { kind: 'block' } : onExceedOf(base),
    onStoreFailure: 'open',
    unpriced: { kind: 'ignore' },
    alerts: file.alerts,
    maxReservation: {},
    estimate: 'history',
    leaseMs: LEASE_MS,
    proration: file.proration,
  };
}

function onExceedOf({ overage }: Plan): OnExceed {
  if (overage === undefined) return { kind: 'block' };
  return { kind: 'overage', ...(overage.extra === undefined ? {} : { extra: BigInt(overage.extra) }) };
}
