import { readFileSync } from 'node:fs';
import { parseMoney } from '@costspan/usage';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { PLANS_SCHEMA, readPlans } from '../plans/plan-file.ts';
import { parseRules, QUOTA_SCHEMA, readRules } from './read-rules.ts';
import { readYaml } from './yaml-text.ts';

const ms = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;
const codes = (text: string) => readRules(text).findings.map(({ line, column, code }) => [line, column, code]);

describe('TrueFoundry’s files load as printed', () => {
  test('gateway-rate-limiting-config', () => {
    const { format, evaluation, rules } = parseRules(
      `name: ratelimiting-config
type: gateway-rate-limiting-config
# The rules are evaluated in order, and all matching rules are considered.
# If any one of them causes a rate limit, the corresponding ID will be returned.
rules:
  - id: "openai-gpt4-dev-env"
    when:
      subjects: ["user:bob@email.com", "user:jack@email.com"]
      models: ["openai-main/gpt4"]
    limit_to: 1000
    unit: requests_per_day
  - id: "frontend"
    when:
      subjects: ["team:frontend"]
    limit_to: 5000
    unit: requests_per_day
  - id: "james"
    when:
      subjects: ["virtualaccount:va-james"]
    limit_to: 1500
    unit: requests_per_day
  - id: "{user}-daily-limit"
    when: {}
    limit_to: 1000000
    unit: tokens_per_day
  - id: "per-project-hourly"
    when:
      subjects: []
      metadata: {}
    limit_to: 50000
    unit: tokens_per_hour
    rate_limit_applies_per: ["metadata.project_id", "virtualaccount"]
`,
      'ratelimits.yaml',
    );
    expect([format, evaluation]).toEqual(['gateway-rate-limiting-config', 'all']);
    expect(
      rules.map(({ id, line, appliesPer, limits }) => [id, line, appliesPer, limits[0]?.id, limits[0]?.amount]),
    ).toEqual([
      ['openai-gpt4-dev-env', 6, [], 'requests/day~', 1000n],
      ['frontend', 12, [], 'requests/day~', 5000n],
      ['james', 17, [], 'requests/day~', 1500n],
      ['{user}-daily-limit', 22, ['user'], 'tokens/day~', 1_000_000n],
      ['per-project-hourly', 26, ['project_id', 'virtual_account'], 'tokens/hour~', 50_000n],
    ]);
    expect(rules[4]?.when).toEqual({ every: [], none: [] });
  });

  test('gateway-budget-config', () => {
    const { rules } = parseRules(
      `name: budget-controls
type: gateway-budget-config
rules:
  - id: "team-monthly-budget"
    when:
      subjects: ["team:engineering"]
    limit_to: 5000
    unit: cost_per_month
    budget_applies_per: ["team"]
    alerts:
      thresholds: [75, 90, 100]
      notification_target:
        - type: email
          notification_channel: "budget-alerts"
          to_emails: ["lead@example.com"]
  - id: small
    when: { models: [openai/gpt-4o-mini], subjects: ["user:john@example.com"] }
    unit: cost_per_day
    limit_to: 0.000001
    audit_mode: true
    budget_applies_per: [model]
    alerts: { notification_target: [{ type: slack-bot, channels: ["#a"], notification_channel: b }] }
  - { id: tokens, when: {}, unit: tokens_per_month, limit_to: 200000 }
`,
      'budgets.yaml',
    );
    expect(
      rules.map(({ mode, limits, alerts }) => [mode, limits[0]?.id, limits[0]?.amount, alerts.thresholds]),
    ).toEqual([
      ['enforce', 'cost/month', parseMoney('5000'), [75, 90, 100]],
      ['audit', 'cost/day', parseMoney('0.000001'), [75, 90, 95, 100]],
      ['enforce', 'tokens/month', 200_000n, []],
    ]);
    expect(rules[0]?.alerts.notify).toHaveLength(1);
  });

  test('tenant-budget-config and team-budget-config, several in one file', () => {
    const { name, rules } = parseRules(
      `name: default-budget
type: tenant-budget-config
mode: enforce
limits: { cost_per_day: 10, cost_per_month: 200, cost_per_lifetime: 1000 }
applies_to:
  type: per-user
  overrides:
    - users: [alice@x.com, bob@x.com]
      limits: { cost_per_day: 50 }
when:
  subjects: { users: { not_in: [root@x.com] }, teams: { in: [backend] } }
  models: { in: [openai/gpt-4o] }
  metadata: { environment: { in: [production] } }
---
name: team-budget
type: team-budget-config
team_name: research
mode: audit
limits: { cost_per_quarter: 9000 }
`,
      'v2.yaml',
    );
    expect(name).toBe('default-budget');
    const [first, second] = rules;
    expect(first?.limits.map(({ id }) => id)).toEqual(['cost/day', 'cost/month', 'cost/lifetime']);
    expect(first?.overrides.map((override) => [...override.for])).toEqual([
      [['user', 'alice@x.com']],
      [['user', 'bob@x.com']],
    ]);
    expect(first?.when.none).toEqual([{ on: 'tag', key: 'user', any: ['root@x.com'] }]);
    expect(first?.when.every).toHaveLength(3);
    expect(second).toMatchObject({ mode: 'audit', line: 15, when: { every: [{ key: 'team', any: ['research'] }] } });
  });
});

describe('our own format', () => {
  test('fills in what is not said', () => {
    const [rule] = parseRules(
      'format: costspan.quota/1\nrules: [{ id: r, limits: [{ requests: 60, per: minute }] }]',
      'r',
    ).rules;
    expect(rule).toMatchObject({
      mode: 'enforce',
      onExceed: { kind: 'block' },
      onStoreFailure: 'open',
      unpriced: { kind: 'ignore' },
      estimate: 'bounded',
      leaseMs: 600_000,
      appliesPer: [],
      overrides: [],
      calendar: { timezone: 'UTC', weekStart: 0, monthDay: 1, yearMonth: 1, dayStartMinutes: 0 },
      limits: [{ id: 'requests/minute~', window: 'sliding' }],
    });
  });

  test('takes what is said, of the file and of the rule', () => {
    const { evaluation, rules } = parseRules(FULL, 'full.yaml');
    expect(evaluation).toBe('first');
    const [rule] = rules;
    expect(rule?.calendar).toEqual({
      timezone: 'Asia/Kathmandu',
      weekStart: 6,
      monthDay: 15,
      yearMonth: 4,
      dayStartMinutes: 390,
    });
    expect(rule?.onExceed).toEqual({ kind: 'grace', percent: 10 });
    expect(rule?.maxReservation).toEqual({ tokens: 20_000, cost: parseMoney('0.5') });
    expect(rule?.trialEndsMs).toBe(ms('2026-11-30T18:15:00Z'));
    expect(rule?.overrides[0]).toMatchObject({
      fromMs: ms('2026-11-14T15:00:00Z'),
      calendar: { timezone: 'Asia/Tokyo', monthDay: 15 },
    });
    expect(rule?.limits.map(({ id }) => id)).toEqual(['cost/month', 'tokens/day', 'requests/hour~', 'requests/day~']);
  });

  test.each([
    ['"0.10"', parseMoney('0.1')],
    ['0.1', parseMoney('0.1')],
    ['1e-7', parseMoney('0.0000001')],
    ['"0.000000000000000001"', 1n],
    ['9007199254', parseMoney('9007199254')],
  ])('reads the money %s exactly', (written, amount) => {
    const { rules } = readRules(
      `format: costspan.quota/1\nrules: [{ id: r, limits: [{ cost: ${written}, per: day }] }]`,
    );
    expect(rules?.rules[0]?.limits[0]?.amount).toBe(amount);
  });

  test.each(['0.12345678901234567', '1e21', '-1', '"1,50"', '"$5"', '"9007199255"', '.nan', 'true'])(
    'refuses the money %s',
    (written) => {
      const { findings } = readRules(
        `format: costspan.quota/1\nrules: [{ id: r, limits: [{ cost: ${written}, per: day }] }]`,
      );
      expect(findings.map(({ code }) => code.split('_')[0])).toEqual(['MONEY']);
    },
  );
});

describe('every mistake is reported at once, with line, column and what to do', () => {
  test('in our format', () => {
    expect(
      codes(`format: costspan.quota/1
timezon: UTC
week_start: tusday
rules:
  - id: a b
    limits:
      - { cost: "x", per: mounth }
      - { tokens: 1, cost: 1, per: day }
      - { cost: 1, per: day, window: sliding }
    applies_per: [user]
    overrides: [{ for: { team: a } }]
  - limits: []
    trial_ends: 2026-02-30
    alerts: { thresholds: [0] }`),
    ).toEqual([
      [2, 1, 'FIELD_UNKNOWN'],
      [3, 13, 'CHOICE_UNKNOWN'],
      [5, 9, 'TEXT_FORMAT'],
      [7, 17, 'MONEY_FORMAT'],
      [7, 27, 'CHOICE_UNKNOWN'],
      [8, 9, 'FIELDS_ONE_OF'],
      [9, 38, 'WINDOW_SLIDING'],
      [12, 5, 'FIELD_MISSING'],
      [12, 13, 'LIST_SHORT'],
      [14, 28, 'NUMBER_EXPECTED'],
    ]);
  });

  test('a typo in a TrueFoundry file has its line and column, and the name that was meant', () => {
    const { findings } = readRules(`name: a
type: gateway-rate-limiting-config
rules:
  - id: one
    when: { subjects: ["bob"] }
    limit_too: 1000
    unit: request_per_day`);
    expect(findings.map(({ at, message }) => `${at}: ${message}`)).toEqual([
      'rules[0].limit_too (line 6, column 5): "limit_too" is not a field here; did you mean "limit_to"?',
      'rules[0].when.subjects[0] (line 5, column 24): "bob" does not have the form needed here such as "team:backend"',
      'rules[0] (line 4, column 5): "limit_to" is missing; add it',
      'rules[0].unit (line 7, column 11): "request_per_day" must be one of requests_per_minute, requests_per_hour, requests_per_day, tokens_per_minute, tokens_per_hour, tokens_per_day; did you mean "requests_per_day"?',
    ]);
  });

  test.each<[name: string, text: string, codes: string[]]>([
    ['no text', '', ['TEXT_EMPTY']],
    ['no map', '- a', ['MAP_EXPECTED']],
    ['broken YAML', 'a: [', ['YAML_BAD_INDENT']],
    ['an unknown type', 'type: gateway-budget-confg', ['FORMAT_UNKNOWN']],
    ['our format under type', 'type: costspan.quota/1', ['FORMAT_FIELD']],
    [
      'one id twice',
      'format: costspan.quota/1\nrules: [{ id: a, limits: [{ cost: 1, per: day }] }, { id: a, limits: [{ cost: 1, per: day }] }]',
      ['RULE_TWICE'],
    ],
    [
      'one limit twice',
      'format: costspan.quota/1\nrules: [{ id: a, limits: [{ cost: 1, per: day }, { cost: 2, per: day }] }]',
      ['LIMIT_TWICE'],
    ],
    [
      'an override of what is not counted',
      'format: costspan.quota/1\nrules: [{ id: a, limits: [{ cost: 1, per: day }], overrides: [{ for: { team: x } }] }]',
      ['OVERRIDE_DIMENSION'],
    ],
    [
      'a day that is none',
      'format: costspan.quota/1\nrules: [{ id: a, trial_ends: 2026-02-30, limits: [{ cost: 1, per: day }] }]',
      ['INSTANT_FORMAT'],
    ],
    [
      'half a token',
      'type: gateway-budget-config\nrules: [{ id: a, limit_to: 1.5, unit: tokens_per_day }]',
      ['TOKENS_FRACTION'],
    ],
    ['a team budget of nobody', 'name: a\ntype: team-budget-config\nlimits: { cost_per_day: 1 }', ['FIELD_MISSING']],
  ])('%s', (_, text, expected) => {
    expect(readRules(text).findings.map(({ code }) => code)).toEqual(expected);
  });

  test('and thrown to a caller who cannot go on', () => {
    expect(() => parseRules('rules: []', 'quota.yaml')).toThrow(
      /quota\.yaml: 1 mistake\n {2}file \(line 1, column 1\): "format" is missing/,
    );
  });
});

const FULL = `
format: costspan.quota/1
name: everything
evaluation: first
timezone: Asia/Kathmandu
week_start: sunday
month_day: 1
year_month: 4
rules:
  - id: full
    when:
      subjects: ["team:*"]
      models: ["openai/*"]
      providers: [openai]
      metadata: { environment: production, region: [eu, us] }
      not: { models: ["gpt-4"] }
    applies_per: [customer_id, model]
    limits:
      - { cost: "500.50", per: month }
      - { tokens: 1000000, per: day }
      - { requests: 60, per: hour }
      - { requests: 600, per: day, window: sliding }
    overrides:
      - { for: { customer_id: acme }, from: 2026-11-15, timezone: Asia/Tokyo, limits: [{ cost: 1000, per: month }] }
    mode: audit
    on_exceed: { grace: { percent: 10 } }
    on_store_failure: degraded
    unpriced: { estimate: "0.02" }
    alerts: { thresholds: [50, 75], notify: [{ slack: "#spend" }] }
    max_reservation: { tokens: 20000, cost: 0.5 }
    estimate: history
    lease_seconds: 900
    trial_ends: "2026-12-01"
    month_day: 15
    day_start: "06:30"
  - { id: other, on_exceed: { downgrade: gpt-4o-mini }, limits: [{ requests: 1, per: lifetime }] }
`;
const PLANS = `
format: costspan.plans/1
timezone: UTC
proration: by_time
default: standard
plans:
  standard: { limits: [{ tokens: 200000, per: month }] }
  professional: { limits: [{ tokens: 1000000, per: month }], overage: { price: "0.3", per: 1000, extra: 5 } }
customers:
  acme: standard
  globex: [{ plan: standard }, { plan: professional, from: "2026-11-15" }]
`;

/** Mistakes that a schema cannot see: they need a calendar, another field, or the digits of a number as written. */
const BEYOND_SCHEMA = [
  'TIMEZONE_UNKNOWN',
  'INSTANT_FORMAT',
  'WINDOW_SLIDING',
  'LIMIT_TWICE',
  'RULE_TWICE',
  'OVERRIDE_DIMENSION',
  'OVERRIDE_EMPTY',
  'MONEY_FORMAT',
  'MONEY_LARGE',
  'PLAN_UNKNOWN',
  'TERMS_ORDER',
  'OVERAGE_UNIT',
  'YAML_DUPLICATE_KEY',
];

describe.each([
  ['quota-1', QUOTA_SCHEMA, FULL, readRules],
  ['plans-1', PLANS_SCHEMA, PLANS, readPlans],
] as const)('the published schema %s', (name, schema, text, read) => {
  const ajv = new Ajv2020({ strict: false }).compile(schema);
  const valid = parseYaml(text);

  test('is what the parser says of itself (write it with packages/quota/build/write-schemas.ts)', () => {
    const published = readFileSync(new URL(`../../schema/${name}.schema.json`, import.meta.url), 'utf8');
    expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  test('accepts and refuses what the parser accepts and refuses', () => {
    const paths = pathsOf(valid);
    const odd = fc.constantFrom<unknown>(
      null,
      true,
      0,
      -1,
      1.5,
      7,
      1e17,
      '',
      'x',
      'all',
      'block',
      '2026-11-15',
      '06:00',
      [],
      ['x'],
      {},
      { x: 1 },
    );
    const change = fc.record({ at: fc.constantFrom(...paths), kind: fc.constantFrom('remove', 'replace', 'add'), odd });
    let [refused, accepted] = [0, 0];
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
        const document = structuredClone(valid);
        for (const { at, kind, odd: value } of changes) edit(document, at, kind, structuredClone(value));
        const { findings } = read(JSON.stringify(document));
        const isValid = ajv(document);
        if (isValid) {
          accepted += 1;
          expect(findings.filter(({ code }) => !BEYOND_SCHEMA.includes(code))).toEqual([]);
        } else {
          refused += 1;
          expect(findings, JSON.stringify(ajv.errors)).not.toEqual([]);
        }
      }),
      { numRuns: 1500 },
    );
    expect([ajv(valid), Math.min(refused, accepted) > 100]).toEqual([true, true]);
  });
});

function parseYaml(text: string): Record<string, unknown> {
  return JSON.parse(JSON.stringify(readYaml(text).documents[0]?.value)) as Record<string, unknown>;
}

function pathsOf(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Array.isArray(value) ? value.map((item, index) => [index, item] as const) : Object.entries(value);
  return [...(path.length === 0 ? [] : [path]), ...entries.flatMap(([key, item]) => pathsOf(item, [...path, key]))];
}

function edit(document: unknown, path: readonly (string | number)[], kind: string, odd: unknown): void {
  let parent = document as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) {
    const next = parent?.[step];
    if (typeof next !== 'object' || next === null) return;
    parent = next as Record<string | number, unknown>;
  }
  const last = path.at(-1) as string | number;
  if (kind === 'add' && !Array.isArray(parent)) parent['unheard_of'] = odd;
  else if (kind === 'remove' && !Array.isArray(parent)) delete parent[last];
  else parent[last] = odd;
}
