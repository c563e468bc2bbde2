import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ALERT_GROUPS, metricOf, runbookOf } from '@costspan/dashboards';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { files, ROOT, read } from '../repository.ts';

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const RULES = files('dashboards/prometheus/*.rules.yaml');
const HINT = 'needs promtool: apt-get install prometheus';
const promtool = spawnSync('promtool', ['--version']);
const isMissing = promtool.error !== undefined && process.env['COSTSPAN_REQUIRE_ALL'] !== '1';

const rulesOf = (file: string): readonly Rule[] =>
  (parse(read(file)) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] }).groups.flatMap(
    ({ rules }) => rules,
  );
const alerts = RULES.flatMap((file) =>
  rulesOf(file).flatMap((rule) => (rule.alert === undefined ? [] : [[rule.alert, rule, file] as const])),
);

test('there are rules, each file has its cases, and the README has a row for it', () => {
  expect(RULES.map((file) => basename(file, '.rules.yaml')).sort()).toEqual(
    ALERT_GROUPS.map(({ name }) => name).sort(),
  );
  const readme = read('dashboards/README.md');
  for (const file of RULES) {
    expect(existsSync(join(ROOT, casesOf(file))), casesOf(file)).toBe(true);
    expect(readme).toContain(`](prometheus/${basename(file)}) |`);
  }
});

describe.each(alerts)('%s', (name, rule, file) => {
  test('says how bad it is, what happened, how long it waits and what to do', () => {
    expect(rule.for).toMatch(/^\d+[mh]$/);
    expect(rule.labels?.['severity']).toMatch(/^(critical|warning)$/);
    expect(rule.annotations).toEqual({
      summary: expect.stringMatching(/^\S.+\S$/),
      description: expect.stringMatching(/^\S.+\.$/),
      runbook: runbookOf(name),
    });
    const page = read(runbookOf(name));
    expect(page).toMatch(new RegExp(`^# ${name}\\n`));
    expect([...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual([
      'What it looks at',
      'What to do',
      'When it ends',
    ]);
  });

  test('has cases in which it fires, in which it does not, and in which it has ended', () => {
    const { tests } = parse(read(casesOf(file))) as {
      readonly tests: readonly {
        readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[];
      }[];
    };
    const told = tests
      .map((one) => one.alert_rule_test.filter(({ alertname }) => alertname === name))
      .map((cases) => cases.map(({ exp_alerts: expected }) => (expected.length > 0 ? 'fires' : 'quiet')).join(' '));
    expect(told.some((course) => /quiet( fires)+ quiet/.test(course))).toBe(true);
  });
});

test('every runbook is of an alert', () => {
  expect(files('docs/runbooks/*.md').sort()).toEqual(alerts.map(([name]) => runbookOf(name)).sort());
});

test('rules ask only for metrics that the collector has, or that they record', () => {
  for (const file of RULES) {
    const rules = rulesOf(file);
    const recorded = new Set(rules.map(({ record }) => record));
    const asked = rules.flatMap(({ expr }) =>
      [...expr.matchAll(/\bcostspan(?::\w+)+|\bcostspan_\w+/g)].map(([name]) => name),
    );
    expect(asked.filter((name) => !recorded.has(name) && metricOf(name) === undefined)).toEqual([]);
  }
});

describe.each(RULES)('%s', (file) => {
  if (isMissing) {
    test.skip(`promtool understands it, and its alerts fire, hold still and end — ${HINT}`, () => {});
  } else {
    test('promtool understands it', () => run('check', 'rules', file));
    test('its alerts fire, hold still and end as their cases say', () => run('test', 'rules', casesOf(file)));
  }
});

function casesOf(file: string): string {
  return `test/dashboards/${basename(file).replace('.rules.yaml', '.promtool.yaml')}`;
}

function run(...args: readonly string[]): void {
  const { error, status, stdout, stderr } = spawnSync('promtool', args, { cwd: ROOT, encoding: 'utf8' });
  expect(error, HINT).toBeUndefined();
  expect(status, stdout + stderr).toBe(0);
}
