import type { Unit } from '../split-amount.ts';
import { type Period, UTC_CALENDAR } from '../time/calendar.ts';
import { gatewayCondition, NAME_LENGTH_MAX } from './condition-shape.ts';
import { RULES_MAX, ruleId } from './costspan-format.ts';
import { dimension } from './dimension-shape.ts';
import type { Findings, Path } from './finding.ts';
import { limitOf } from './limit-shape.ts';
import { money } from './money-shape.ts';
import {
  DEFAULT_ALERTS,
  type Dimension,
  EVALUATIONS,
  LEASE_MS,
  type Limit,
  type QuotaRule,
  type RuleFormat,
  type RuleSet,
} from './rule.ts';
import { anything, choice, flag, list, object, required, text, whole } from './shape.ts';

// The rule files of TrueFoundry's gateway, version 1, as its documents print them (read 2026-11-20).

const RATE_UNITS = [
  'requests_per_minute',
  'requests_per_hour',
  'requests_per_day',
  'tokens_per_minute',
  'tokens_per_hour',
  'tokens_per_day',
] as const;
export const BUDGET_UNITS = [
  'cost_per_day',
  'cost_per_week',
  'cost_per_month',
  'cost_per_quarter',
  'cost_per_lifetime',
  'tokens_per_day',
  'tokens_per_month',
] as const;
/** What the gateway alerts on when the file does not say. */
const DEFAULT_THRESHOLDS = [75, 90, 95, 100];

export const gatewayAlerts = object({
  thresholds: list(whole({ min: 1, max: 1000, unit: 'percent' }), { max: 20 }),
  send_to: choice(['shared', 'breaching-user']),
  notification_target: list(anything, { max: 100 }),
});

const rateRule = object({
  id: required(ruleId),
  when: gatewayCondition,
  limit_to: required(whole({ min: 0, max: Number.MAX_SAFE_INTEGER })),
  unit: required(choice(RATE_UNITS)),
  rate_limit_applies_per: list(dimension, { max: 8 }),
});

const budgetRule = object({
  id: required(ruleId),
  when: gatewayCondition,
  limit_to: required(money),
  unit: required(choice(BUDGET_UNITS)),
  budget_applies_per: list(dimension, { max: 8 }),
  audit_mode: flag(),
  alerts: gatewayAlerts,
});

const rateFile = object({
  name: text({ max: NAME_LENGTH_MAX }),
  type: required(choice(['gateway-rate-limiting-config'])),
  evaluation: choice(EVALUATIONS),
  rules: required(list(rateRule, { max: RULES_MAX })),
});

const budgetFile = object({
  name: text({ max: NAME_LENGTH_MAX }),
  type: required(choice(['gateway-budget-config'])),
  evaluation: choice(EVALUATIONS),
  rules: required(list(budgetRule, { max: RULES_MAX })),
});

/** `gateway-rate-limiting-config`: every unit slides. */
export function readRateFile(value: unknown, findings: Findings): RuleSet | undefined {
  const file = rateFile.read(value, [], findings);
  if (file === undefined) return undefined;
  const rules = file.rules.map((rule, index) => {
    const [unit, per] = unitOf(rule.unit);
    return gatewayRule(rule.id, ['rules', index], findings, {
      ...(rule.when === undefined ? {} : { when: rule.when }),
      appliesPer: rule.rate_limit_applies_per ?? [],
      limits: [limitOf(unit, BigInt(rule.limit_to), per, 'sliding')],
    });
  });
  return setOf(file, 'gateway-rate-limiting-config', rules);
}

/** `gateway-budget-config`: days, weeks, months and quarters of UTC. */
export function readBudgetFile(value: unknown, findings: Findings): RuleSet | undefined {
  const file = budgetFile.read(value, [], findings);
  if (file === undefined) return undefined;
  const rules = file.rules.map((rule, index) => {
    const path: Path = ['rules', index];
    return gatewayRule(rule.id, path, findings, {
      ...(rule.when === undefined ? {} : { when: rule.when }),
      appliesPer: rule.budget_applies_per ?? [],
      limits: budgetLimits([[rule.unit, rule.limit_to]], [...path, 'limit_to'], findings),
      mode: rule.audit_mode === true ? 'audit' : 'enforce',
      alerts: alertsOf(rule.alerts),
    });
  });
  return setOf(file, 'gateway-budget-config', rules);
}

/** A rule of the gateway with what its format cannot say filled in. Placeholders in an id, as in `{user}-daily`, are dimensions. */
export function gatewayRule(
  id: string,
  path: Path,
  findings: Findings,
  terms: Partial<QuotaRule> & Pick<QuotaRule, 'limits' | 'appliesPer'>,
): QuotaRule {
  const placeholders = [...id.matchAll(/\{([\w.-]+)\}/g)].map(
    (match) => dimension.read(match[1], [...path, 'id'], findings) as Dimension,
  );
  return {
    id,
    line: findings.placeOf(path).line,
    when: { every: [], none: [] },
    overrides: [],
    calendar: UTC_CALENDAR,
    mode: 'enforce',
    onExceed: { kind: 'block' },
    onStoreFailure: 'open',
    unpriced: { kind: 'ignore' },
    alerts: DEFAULT_ALERTS,
    maxReservation: {},
    estimate: 'bounded',
    leaseMs: LEASE_MS,
    proration: 'none',
    ...terms,
    appliesPer: [...new Set([...terms.appliesPer, ...placeholders])],
  };
}

export function alertsOf(
  read:
    | { thresholds?: readonly number[] | undefined; notification_target?: readonly unknown[] | undefined }
    | undefined,
): QuotaRule['alerts'] {
  if (read === undefined) return DEFAULT_ALERTS;
  return { thresholds: read.thresholds ?? DEFAULT_THRESHOLDS, notify: read.notification_target ?? [] };
}

const ATTO_PER_UNIT = 10n ** 18n;

/** Limits by the gateway's units; token budgets are whole numbers there too. */
export function budgetLimits(
  entries: readonly (readonly [(typeof BUDGET_UNITS)[number], bigint])[],
  path: Path,
  findings: Findings,
): Limit[] {
  return entries.map(([written, amount]) => {
    const [unit, per] = unitOf(written);
    if (unit === 'cost') return limitOf(unit, amount, per, 'calendar');
    if (amount % ATTO_PER_UNIT !== 0n)
      findings.add(path, 'TOKENS_FRACTION', 'tokens are whole numbers; round the limit');
    return limitOf(unit, amount / ATTO_PER_UNIT, per, 'calendar');
  });
}

function unitOf(written: (typeof RATE_UNITS)[number] | (typeof BUDGET_UNITS)[number]): [Unit, Period] {
  const [unit, per] = written.split('_per_');
  return [unit as Unit, per as Period];
}

function setOf(
  file: { readonly name?: string | undefined; readonly evaluation?: RuleSet['evaluation'] | undefined },
  format: RuleFormat,
  rules: readonly QuotaRule[],
): RuleSet {
  return { name: file.name ?? format, format, evaluation: file.evaluation ?? 'all', rules };
}
