import { type Atto, InvalidInputError, nearestName } from '@costspan/usage';
import { CALENDAR_FIELDS, calendarOf } from '../rules/calendar-fields.ts';
import { NAME_LENGTH_MAX, name } from '../rules/condition-shape.ts';
import { thresholds } from '../rules/costspan-format.ts';
import { dimension } from '../rules/dimension-shape.ts';
import { Findings, type RuleFinding } from '../rules/finding.ts';
import { limit } from '../rules/limit-shape.ts';
import { money } from '../rules/money-shape.ts';
import type { Dimension, Limit } from '../rules/rule.ts';
import { anything, choice, either, into, list, map, object, required, text, whole } from '../rules/shape.ts';
import { readYaml } from '../rules/yaml-text.ts';
import type { Calendar } from '../time/calendar.ts';
import { INSTANT_PATTERN, parseInstant } from '../time/parse-instant.ts';

/** What is sold, and who has bought it. */
export interface PlanFile {
  /** Also the id of the rule that the plans become. */
  readonly name: string;
  /** The tag that says whose call it is. */
  readonly appliesPer: Dimension;
  readonly calendar: Calendar;
  readonly proration: 'none' | 'by_time';
  readonly plans: ReadonlyMap<string, Plan>;
  /** The plan of customers that are not listed. Without one, they have no limit from this file. */
  readonly defaultPlan?: string;
  /** By rising start. */
  readonly customers: ReadonlyMap<string, readonly PlanTerm[]>;
  readonly alerts: { readonly thresholds: readonly number[]; readonly notify: readonly unknown[] };
}

export interface Plan {
  readonly limits: readonly Limit[];
  readonly overage?: Overage;
}

/** Use above what a plan includes, and what it costs. */
export interface Overage {
  readonly unit: 'tokens' | 'requests';
  readonly price: Atto;
  /** The price is for so many. */
  readonly per: number;
  /** Most that is sold above the plan in a window; absent for any amount. */
  readonly extra?: number;
}

export interface PlanTerm {
  readonly plan: string;
  /** Included; absent for ever since. */
  readonly fromMs?: number;
}

const plan = object({
  limits: required(list(limit, { min: 1, max: 20 })),
  overage: object({
    unit: choice(['tokens', 'requests']),
    price: required(money),
    per: required(whole({ min: 1, max: 1_000_000_000 })),
    extra: whole({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  }),
});

const NAME = { pattern: '^[^|\\s]+$', lengthMax: 64 };
const term = object({
  plan: required(name),
  from: text({ max: 32, pattern: INSTANT_PATTERN, example: '2026-11-15' }),
});
const terms = either(
  into(name, (value) => [{ plan: value, from: undefined }]),
  list(term, { min: 1, max: 1000 }),
  (value) => !Array.isArray(value),
);

const planFile = object({
  format: required(choice(['costspan.plans/1'])),
  name: text({ max: 64, pattern: NAME.pattern }),
  applies_per: dimension,
  ...CALENDAR_FIELDS,
  proration: choice(['none', 'by_time']),
  default: name,
  plans: required(map(plan, NAME)),
  customers: map(terms, { pattern: '^.+$', lengthMax: NAME_LENGTH_MAX }),
  alerts: object({ thresholds: required(thresholds), notify: list(anything, { max: 100 }) }),
});

/** The schema of plan files, as it is published in `schema/plans-1.schema.json`. */
export const PLANS_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'costspan.plans/1',
  ...planFile.schema,
};

export type PlansRead =
  | { readonly plans: PlanFile; readonly findings: readonly [] }
  | { readonly plans?: undefined; readonly findings: readonly RuleFinding[] };

/** Reads a plan file (YAML or JSON text). Every mistake is a finding. */
export function readPlans(written: string): PlansRead {
  const yaml = readYaml(written);
  const [document] = yaml.documents;
  if (document === undefined) return { findings: yaml.findings };
  const findings = new Findings((path, of) => document.placeOf(path, of));
  const plans = readFile(document.value, findings);
  return plans === undefined || findings.list.length > 0 ? { findings: findings.list } : { plans, findings: [] };
}

/**
 * The same, for a caller who cannot go on without.
 * @throws InvalidInputError `PLANS_INVALID` with every mistake: line, column, and what to do.
 */
export function parsePlans(written: string, fileName: string): PlanFile {
  const { plans, findings } = readPlans(written);
  if (plans === undefined) throw new InvalidInputError('PLANS_INVALID', fileName, findings);
  return plans;
}

function readFile(value: unknown, findings: Findings): PlanFile | undefined {
  const file = planFile.read(value, [], findings);
  if (file === undefined) return undefined;
  const calendar = calendarOf(file);
  const known = (wanted: string, path: (string | number)[]): void => {
    if (file.plans.has(wanted)) return;
    const near = nearestName(wanted, [...file.plans.keys()]);
    const hint = near === undefined ? `known: ${[...file.plans.keys()].join(', ')}` : `did you mean "${near}"?`;
    findings.add(path, 'PLAN_UNKNOWN', `"${wanted}" is not a plan of this file; ${hint}`);
  };
  if (file.default !== undefined) known(file.default, ['default']);
  const customers = new Map<string, readonly PlanTerm[]>();
  for (const [customer, list] of file.customers ?? []) {
    const read = list.map(({ plan: wanted, from }, index): PlanTerm => {
      known(wanted, ['customers', customer, index, 'plan']);
      const fromMs = from === undefined ? undefined : parseInstant(from, calendar.timezone);
      if (from !== undefined && fromMs === undefined) {
        findings.add(
          ['customers', customer, index, 'from'],
          'INSTANT_FORMAT',
          `"${from}" is not a day of the calendar`,
        );
      }
      return { plan: wanted, ...(fromMs === undefined ? {} : { fromMs }) };
    });
    const starts = read.map(({ fromMs }) => fromMs ?? Number.NEGATIVE_INFINITY);
    if (starts.some((start, index) => index > 0 && start <= (starts[index - 1] as number))) {
      findings.add(
        ['customers', customer],
        'TERMS_ORDER',
        'each plan must start after the one before; sort them by "from"',
      );
    }
    customers.set(customer, read);
  }
  for (const [planName, { limits, overage }] of file.plans) {
    if (overage === undefined || limits.some(({ unit }) => unit === (overage.unit ?? 'tokens'))) continue;
    findings.add(
      ['plans', planName, 'overage'],
      'OVERAGE_UNIT',
      `the plan has no limit in ${overage.unit ?? 'tokens'}; add one or state "unit"`,
    );
  }
  return {
    name: file.name ?? 'plan',
    appliesPer: file.applies_per ?? 'customer_id',
    calendar,
    proration: file.proration ?? 'none',
    plans: new Map([...file.plans].map(([planName, read]) => [planName, planOf(read.limits, read.overage)])),
    ...(file.default === undefined ? {} : { defaultPlan: file.default }),
    customers,
    alerts: { thresholds: file.alerts?.thresholds ?? [], notify: file.alerts?.notify ?? [] },
  };
}

type ReadOverage = { unit: Overage['unit'] | undefined; price: Atto; per: number; extra: number | undefined };

function planOf(limits: readonly Limit[], overage: ReadOverage | undefined): Plan {
  if (overage === undefined) return { limits };
  const { unit = 'tokens', price, per, extra } = overage;
  return { limits, overage: { unit, price, per, ...(extra === undefined ? {} : { extra }) } };
}
