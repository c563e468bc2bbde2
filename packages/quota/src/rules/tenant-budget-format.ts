import { NAME_LENGTH_MAX, NAMES_MAX, name, TAG_KEY } from './condition-shape.ts';
import { ruleId } from './costspan-format.ts';
import type { Findings } from './finding.ts';
import { alertsOf, BUDGET_UNITS, budgetLimits, gatewayAlerts, gatewayRule } from './gateway-format.ts';
import { money } from './money-shape.ts';
import type { Clause, Condition, Dimension, Limit, Override, RuleSet } from './rule.ts';
import { choice, list, map, object, type Read, required, text } from './shape.ts';

// The gateway's budgets, version 2: one rule a document (read 2026-11-20).

const names = list(name, { max: NAMES_MAX });
const filter = object({ in: names, not_in: names });
const limits = object(
  Object.fromEntries(BUDGET_UNITS.map((unit) => [unit, money])) as Record<(typeof BUDGET_UNITS)[number], typeof money>,
);

const APPLIES_TO = ['aggregate', 'per-user', 'per-model', 'per-virtual-account', 'metadata'] as const;
const DIMENSIONS: Readonly<Record<string, Dimension>> = {
  'per-user': 'user',
  'per-model': 'model',
  'per-virtual-account': 'virtual_account',
};

const override = object({
  users: names,
  models: names,
  virtual_accounts: names,
  metadata_values: names,
  limits: required(limits),
});

const tenantBudgetFile = object({
  name: required(ruleId),
  type: required(choice(['tenant-budget-config', 'team-budget-config'])),
  team_name: text({ max: NAME_LENGTH_MAX }),
  mode: choice(['enforce', 'audit']),
  limits: required(limits),
  applies_to: object({
    type: required(choice(APPLIES_TO)),
    metadata: text({ max: TAG_KEY.lengthMax, pattern: TAG_KEY.pattern }),
    overrides: list(override, { max: NAMES_MAX }),
  }),
  when: object({
    subjects: object({ users: filter, teams: filter, virtual_accounts: filter }),
    models: filter,
    provider_accounts: filter,
    metadata: map(filter, TAG_KEY),
  }),
  alerts: gatewayAlerts,
});

/** `tenant-budget-config` and `team-budget-config`. Several documents of one file make one set. */
export function readTenantBudget(value: unknown, findings: Findings): RuleSet | undefined {
  const file = tenantBudgetFile.read(value, [], findings);
  if (file === undefined) return undefined;
  if (file.type === 'team-budget-config' && file.team_name === undefined) {
    return findings.add([], 'FIELD_MISSING', '"team_name" is missing; a team budget belongs to a team');
  }
  const dimension = dimensionOf(file.applies_to, findings);
  const rule = gatewayRule(file.name, [], findings, {
    when: conditionOf(file.when, file.team_name),
    appliesPer: dimension === undefined ? [] : [dimension],
    limits: limitsOf(file.limits, findings),
    overrides: overridesOf(file.applies_to, dimension, findings),
    mode: file.mode ?? 'enforce',
    alerts: alertsOf(file.alerts),
  });
  if (rule.limits.length === 0)
    findings.add(['limits'], 'LIMITS_EMPTY', 'states no limit; add one such as cost_per_month');
  return { name: file.name, format: file.type, evaluation: 'all', rules: [rule] };
}

type AppliesTo = Read<typeof tenantBudgetFile>['applies_to'];

function dimensionOf(appliesTo: AppliesTo, findings: Findings): Dimension | undefined {
  if (appliesTo === undefined || appliesTo.type === 'aggregate') return undefined;
  if (appliesTo.type !== 'metadata') return DIMENSIONS[appliesTo.type];
  if (appliesTo.metadata === undefined) {
    findings.add(['applies_to'], 'FIELD_MISSING', '"metadata" is missing; name the key to count by');
  }
  return appliesTo.metadata;
}

function overridesOf(appliesTo: AppliesTo, dimension: Dimension | undefined, findings: Findings): Override[] {
  const listed = appliesTo?.overrides ?? [];
  if (listed.length > 0 && dimension === undefined) {
    findings.add(['applies_to', 'overrides'], 'OVERRIDE_DIMENSION', 'one pool for all has no values to override');
    return [];
  }
  return listed.flatMap((entry) => {
    const values = [entry.users, entry.models, entry.virtual_accounts, entry.metadata_values].flatMap(
      (some) => some ?? [],
    );
    const own = limitsOf(entry.limits, findings);
    return values.map((value) => ({ for: new Map([[dimension as Dimension, value]]), limits: own }));
  });
}

function limitsOf(read: Read<typeof limits>, findings: Findings): Limit[] {
  const stated = BUDGET_UNITS.flatMap((unit) => {
    const amount = read[unit];
    return amount === undefined ? [] : [[unit, amount] as const];
  });
  return budgetLimits(stated, ['limits'], findings);
}

type When = Read<typeof tenantBudgetFile>['when'];

function conditionOf(when: When, team: string | undefined): Condition {
  const every: Clause[] = team === undefined ? [] : [{ on: 'tag', key: 'team', any: [team] }];
  const none: Clause[] = [];
  const add = (read: Read<typeof filter> | undefined, clause: (any: readonly string[]) => Clause): void => {
    if (read?.in?.length) every.push(clause(read.in));
    if (read?.not_in?.length) none.push(clause(read.not_in));
  };
  const tag =
    (key: string) =>
    (any: readonly string[]): Clause => ({ on: 'tag', key, any });
  add(when?.subjects?.users, tag('user'));
  add(when?.subjects?.teams, tag('team'));
  add(when?.subjects?.virtual_accounts, tag('virtual_account'));
  add(when?.models, (any) => ({ on: 'model', any }));
  add(when?.provider_accounts, (any) => ({ on: 'provider', any }));
  for (const [key, read] of when?.metadata ?? []) add(read, tag(key));
  return { every, none };
}
