import { UTC_CALENDAR } from '../time/calendar.ts';
import { INSTANT_PATTERN, parseInstant } from '../time/parse-instant.ts';
import { CALENDAR_FIELDS, calendarOf, timezone } from './calendar-fields.ts';
import { condition, NAME_LENGTH_MAX, name, TAG_KEY } from './condition-shape.ts';
import { dimension } from './dimension-shape.ts';
import type { Findings, Path } from './finding.ts';
import { limit } from './limit-shape.ts';
import { money } from './money-shape.ts';
import {
  DEFAULT_ALERTS,
  EVALUATIONS,
  LEASE_MS,
  type Limit,
  type OnExceed,
  type Override,
  type QuotaRule,
  type RuleSet,
  type Unpriced,
} from './rule.ts';
import {
  anything,
  choice,
  either,
  into,
  list,
  map,
  object,
  type Read,
  required,
  type Shape,
  text,
  whole,
} from './shape.ts';

export const RULES_MAX = 10_000;
const OVERRIDES_MAX = 200_000;

/** A rule's name. `|` and spaces are kept out because names are parts of keys and headers. */
export const ruleId = text({ max: 128, pattern: '^[^|\\s"\\\\]+$', example: 'customer-month' });
export const thresholds = list(whole({ min: 1, max: 1000, unit: 'percent' }), { min: 1, max: 20 });

const alerts = object({ thresholds: required(thresholds), notify: list(anything, { max: 100 }) });

const onExceed: Shape<OnExceed> = either(
  into(choice(['block', 'warn']), (kind): OnExceed => ({ kind })),
  into(
    object(
      {
        throttle: whole({ min: 1, max: 99, unit: 'percent that pass' }),
        downgrade: name,
        grace: object(
          { percent: whole({ min: 1, max: 1000 }), minutes: whole({ min: 1, max: 44_640 }) },
          { oneOf: ['percent', 'minutes'] },
        ),
      },
      { oneOf: ['throttle', 'downgrade', 'grace'] },
    ),
    ({ throttle, downgrade, grace }): OnExceed => {
      if (throttle !== undefined) return { kind: 'throttle', percent: throttle };
      if (downgrade !== undefined) return { kind: 'downgrade', model: downgrade };
      return grace?.percent === undefined
        ? { kind: 'grace', forMs: (grace?.minutes ?? 0) * 60_000 }
        : { kind: 'grace', percent: grace.percent };
    },
  ),
  (value) => typeof value === 'string',
);

const unpriced: Shape<Unpriced> = either(
  into(choice(['block', 'ignore']), (kind): Unpriced => ({ kind })),
  into(object({ estimate: required(money) }), ({ estimate }): Unpriced => ({ kind: 'estimate', cost: estimate })),
  (value) => typeof value === 'string',
);

const limits = into(list(limit, { min: 1, max: 20 }), (read, path, findings) => refuseTwice(read, path, findings));
const instant = text({ max: 32, pattern: INSTANT_PATTERN, example: '2026-12-01' });

const override = object({
  for: required(map(name, TAG_KEY)),
  limits,
  timezone,
  trial_ends: instant,
  from: instant,
});

const rule = object({
  id: required(ruleId),
  when: condition,
  applies_per: list(dimension, { max: 8 }),
  limits: required(limits),
  overrides: list(override, { max: OVERRIDES_MAX }),
  mode: choice(['enforce', 'audit']),
  on_exceed: onExceed,
  on_store_failure: choice(['open', 'closed', 'degraded']),
  unpriced,
  alerts,
  max_reservation: object({ tokens: whole({ min: 1, max: 1_000_000_000 }), cost: money }),
  estimate: choice(['bounded', 'history']),
  lease_seconds: whole({ min: 1, max: 86_400, unit: 'seconds' }),
  trial_ends: instant,
  ...CALENDAR_FIELDS,
});

export const costspanFile = object({
  format: required(choice(['costspan.quota/1'])),
  name: text({ max: NAME_LENGTH_MAX }),
  evaluation: choice(EVALUATIONS),
  ...CALENDAR_FIELDS,
  rules: required(list(rule, { max: RULES_MAX })),
});

/** Rules in our own format. */
export function readCostspanFile(value: unknown, findings: Findings): RuleSet | undefined {
  const file = costspanFile.read(value, [], findings);
  if (file === undefined) return undefined;
  const base = calendarOf(file, UTC_CALENDAR);
  const rules = file.rules.map((read, index) => ruleOf(read, base, ['rules', index], findings));
  return { name: file.name ?? 'quota', format: 'costspan.quota/1', evaluation: file.evaluation ?? 'all', rules };
}

function ruleOf(
  read: Read<typeof rule>,
  base: ReturnType<typeof calendarOf>,
  path: Path,
  findings: Findings,
): QuotaRule {
  const calendar = calendarOf(read, base);
  const appliesPer = [...new Set(read.applies_per ?? [])];
  const trialEndsMs = readInstant(read.trial_ends, calendar.timezone, [...path, 'trial_ends'], findings);
  return {
    id: read.id,
    line: findings.placeOf(path).line,
    when: read.when ?? { every: [], none: [] },
    appliesPer,
    limits: read.limits,
    overrides: (read.overrides ?? []).map((entry, index) =>
      overrideOf(entry, appliesPer, calendar, [...path, 'overrides', index], findings),
    ),
    calendar,
    mode: read.mode ?? 'enforce',
    onExceed: read.on_exceed ?? { kind: 'block' },
    onStoreFailure: read.on_store_failure ?? 'open',
    unpriced: read.unpriced ?? { kind: 'ignore' },
    alerts:
      read.alerts === undefined
        ? DEFAULT_ALERTS
        : { thresholds: read.alerts.thresholds, notify: read.alerts.notify ?? [] },
    maxReservation: {
      ...(read.max_reservation?.tokens === undefined ? {} : { tokens: read.max_reservation.tokens }),
      ...(read.max_reservation?.cost === undefined ? {} : { cost: read.max_reservation.cost }),
    },
    estimate: read.estimate ?? 'bounded',
    leaseMs: read.lease_seconds === undefined ? LEASE_MS : read.lease_seconds * 1000,
    ...(trialEndsMs === undefined ? {} : { trialEndsMs }),
    proration: 'none',
  };
}

function overrideOf(
  entry: Read<typeof override>,
  appliesPer: readonly string[],
  calendar: ReturnType<typeof calendarOf>,
  path: Path,
  findings: Findings,
): Override {
  const own = entry.timezone === undefined ? undefined : { ...calendar, timezone: entry.timezone };
  const zone = (own ?? calendar).timezone;
  const keys = new Map([...entry.for].map(([key, value]) => [key.replace(/^metadata\./, ''), value]));
  for (const key of keys.keys()) {
    if (appliesPer.includes(key)) continue;
    findings.add(
      [...path, 'for'],
      'OVERRIDE_DIMENSION',
      `"${key}" is not in applies_per (${appliesPer.join(', ') || 'empty'}); add it there`,
    );
  }
  if (keys.size === 0)
    findings.add([...path, 'for'], 'OVERRIDE_EMPTY', 'names no value; change the rule itself instead');
  const trialEndsMs = readInstant(entry.trial_ends, zone, [...path, 'trial_ends'], findings);
  const fromMs = readInstant(entry.from, zone, [...path, 'from'], findings);
  return {
    for: keys,
    ...(entry.limits === undefined ? {} : { limits: entry.limits }),
    ...(own === undefined ? {} : { calendar: own }),
    ...(trialEndsMs === undefined ? {} : { trialEndsMs }),
    ...(fromMs === undefined ? {} : { fromMs }),
  };
}

function readInstant(text: string | undefined, zone: string, path: Path, findings: Findings): number | undefined {
  if (text === undefined) return undefined;
  return parseInstant(text, zone) ?? findings.add(path, 'INSTANT_FORMAT', `"${text}" is not a day of the calendar`);
}

function refuseTwice(read: readonly Limit[], path: Path, findings: Findings): readonly Limit[] | undefined {
  const twice = read.findIndex(({ id }, index) => read.findIndex((other) => other.id === id) < index);
  if (twice === -1) return read;
  return findings.add([...path, twice], 'LIMIT_TWICE', `there is a limit of ${read[twice]?.id} already; keep one`);
}
