// Brings the browser specs of the plugin into the suite of the repository, each under its own name.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { isPluginInstalled, pluginHome, preparePlugin } from '../../.dev/plugin.ts';

const CHROMIUM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  process.env['CHROMIUM_PATH'] ?? '',
];
const RUN_MS = 30 * 60_000;

const hasBrowser = CHROMIUM.some((path) => existsSync(path));
// Also where everything is required: installing the app's 576 packages is asked for by name, not brought in by a test.
const canRun = isPluginInstalled() && hasBrowser;
const hint = hasBrowser
  ? 'run "npm run plugin:package" once'
  : 'install it with "apt-get install chromium", or set CHROMIUM_PATH';

interface Suite {
  readonly file?: string;
  readonly title: string;
  readonly suites?: readonly Suite[];
  readonly specs?: readonly { readonly title: string; readonly ok: boolean; readonly tests: readonly Test[] }[];
}

interface Test {
  readonly results: readonly { readonly errors?: readonly { readonly message?: string }[] }[];
}

if (canRun) preparePlugin();
const specs = canRun ? specsIn(playwright('--list').suites) : [];

describe.skipIf(!canRun)(canRun ? 'the Grafana app in a browser' : `the Grafana app in a browser (${hint})`, () => {
  let results = new Map<string, readonly string[]>();
  beforeAll(() => {
    results = new Map(specsIn(playwright().suites).map(({ name, errors }) => [name, errors]));
  }, RUN_MS);

  test.each(canRun ? specs.map(({ name }) => name) : ['every page'])('%s', (name) => {
    expect(results.get(name)).toEqual([]);
  });
});

function playwright(...args: readonly string[]): { readonly suites: readonly Suite[] } {
  const scratch = mkdtempSync(join(tmpdir(), 'costspan-browser-'));
  const report = join(scratch, 'report.json');
  const env = {
    ...process.env,
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    PLAYWRIGHT_OUTPUT: join(scratch, 'results'),
    NODE_OPTIONS: '',
    VITEST: '',
  };
  const { stderr, stdout } = spawnSync(process.execPath, ['node_modules/@playwright/test/cli.js', 'test', ...args], {
    cwd: pluginHome,
    env,
    encoding: 'utf8',
  });
  if (!existsSync(report)) throw new Error(`Playwright gave no report: ${stderr}${stdout}`);
  return JSON.parse(readFileSync(report, 'utf8')) as { suites: Suite[] };
}

function specsIn(suites: readonly Suite[]): { readonly name: string; readonly errors: readonly string[] }[] {
  return suites.flatMap(({ file = '', specs = [], suites = [] }) => [
    ...specs.map(({ title, ok, tests }) => ({
      name: `${file.replace('.spec.ts', '')}: ${title}`,
      errors: ok
        ? []
        : tests.flatMap(({ results }) =>
            results.flatMap(({ errors = [] }) => errors.map(({ message = 'failed' }) => message)),
          ),
    })),
    ...specsIn(suites),
  ]);
}
