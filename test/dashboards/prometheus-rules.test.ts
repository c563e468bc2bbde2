import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { files, ROOT, read } from '../repository.ts';

const RULES = files('dashboards/prometheus/*.rules.yaml');
const HINT = 'needs promtool: apt-get install prometheus';
const promtool = spawnSync('promtool', ['--version']);
const isMissing = promtool.error !== undefined && process.env['COSTSPAN_REQUIRE_ALL'] !== '1';

/** Each alert with the lines that say what it does. */
const alerts = RULES.flatMap((file) =>
  read(file)
    .split(/^ {6}- (?=alert: |record: )/m)
    .filter((text) => text.startsWith('alert: '))
    .map((text) => [/^alert: (\w+)/.exec(text)?.[1] ?? '', text] as const),
);

test('there are rules, each file has its cases, and the README has a row for it', () => {
  expect(RULES.length).toBeGreaterThan(0);
  const readme = read('dashboards/README.md');
  for (const file of RULES) {
    expect(existsSync(join(ROOT, casesOf(file))), casesOf(file)).toBe(true);
    expect(readme).toContain(`](prometheus/${basename(file)}) |`);
  }
});

describe.each(alerts)('%s', (name, text) => {
  test('says how bad it is, what happened, how long it waits and what to do', () => {
    expect(text).toMatch(/^ {8}for: \d+[mh]$/m);
    expect(text).toMatch(/^ {10}severity: (critical|warning)$/m);
    expect(text).toMatch(/^ {10}summary: '.+'$/m);
    expect(text).toMatch(/^ {10}description: '.+'$/m);
    const page = `docs/runbooks/${name.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase()}.md`;
    expect(text).toContain(`runbook: ${page}\n`);
    expect(read(page)).toMatch(new RegExp(`^# ${name}\\n`));
    expect([...read(page).matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual([
      'What it looks at',
      'What to do',
      'When it ends',
    ]);
  });
});

test('rules ask only for metrics that the collector has, or that they record', () => {
  const known = read('packages/collector/src/metrics/call-metrics.ts');
  for (const file of RULES) {
    const rules = read(file);
    const recorded = new Set([...rules.matchAll(/record: (\S+)/g)].map(([, name]) => name));
    const asked = [...rules.replace(/^#.*$/gm, '').matchAll(/\bcostspan(?::\w+)+|\bcostspan_\w+/g)].map(
      ([name]) => name,
    );
    expect(asked.filter((name) => !recorded.has(name) && !known.includes(`'${name}'`))).toEqual([]);
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
