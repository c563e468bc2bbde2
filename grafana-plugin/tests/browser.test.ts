// Brings the browser specs of the plugin into the suite of the repository, each under its own name.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { pluginHome, preparePlugin } from '../../.dev/plugin.ts';

const CHROMIUM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  process.env['CHROMIUM_PATH'] ?? '',
];
const RUN_MS = 60 * 60_000;
const SAID_CHARACTERS_MAX = 10_000;

const canRun = CHROMIUM.some((path) => existsSync(path));
// Where everything is required its absence is a failure that says so.
const isRun = canRun || process.env['COSTSPAN_REQUIRE_ALL'] === '1';
const hint = 'install it with "apt-get install chromium", or set CHROMIUM_PATH';

interface Suite {
  readonly file?: string;
  readonly title: string;
  readonly suites?: readonly Suite[];
  readonly specs?: readonly { readonly title: string; readonly ok: boolean; readonly tests: readonly Test[] }[];
}

interface Test {
  readonly status: 'expected' | 'unexpected' | 'flaky' | 'skipped';
  readonly results: readonly { readonly errors?: readonly { readonly message?: string }[] }[];
}

if (isRun) preparePlugin();
const specs = isRun ? specsIn((await playwright('--list')).suites) : [];
const name = isRun ? 'the Grafana app in a browser' : `the Grafana app in a browser (needs Chromium: ${hint})`;

describe.skipIf(!isRun)(name, () => {
  let results = new Map<string, readonly string[]>();
  beforeAll(async () => {
    const done = specsIn((await playwright()).suites);
    results = new Map(done.map(({ name, errors }) => [name, errors]));
    for (const { name, isFlaky } of done) if (isFlaky) process.stdout.write(`Passed only the second time: ${name}\n`);
  }, RUN_MS);

  test.each(isRun ? specs.map(({ name }) => name) : ['every page'])('%s', (name) => {
    expect(results.get(name)).toEqual([]);
  });
});

/** Beside this process, which has to answer the runner of the whole suite meanwhile. */
async function playwright(...args: readonly string[]): Promise<{ readonly suites: readonly Suite[] }> {
  const scratch = mkdtempSync(join(tmpdir(), 'costspan-browser-'));
  const report = join(scratch, 'report.json');
  const env = {
    ...process.env,
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    PLAYWRIGHT_OUTPUT: join(scratch, 'results'),
    NODE_OPTIONS: '',
    VITEST: '',
  };
  const cli = 'node_modules/@playwright/test/cli.js';
  const child = spawn(process.execPath, [cli, 'test', ...args], {
    cwd: pluginHome,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-SAID_CHARACTERS_MAX);
    });
  }
  await new Promise((resolve) => child.on('close', resolve));
  if (!existsSync(report)) throw new Error(`Playwright gave no report: ${said}`);
  const written = JSON.parse(readFileSync(report, 'utf8')) as { suites: Suite[] };
  rmSync(scratch, { recursive: true, force: true });
  return written;
}

/** Each spec by its file, what it is described under, and its title. */
function specsIn(
  suites: readonly Suite[],
  within = '',
): { readonly name: string; readonly errors: readonly string[]; readonly isFlaky: boolean }[] {
  return suites.flatMap(({ title, file = '', specs = [], suites = [] }) => {
    const place = title === file ? `${file.replace('.spec.ts', '')}: ` : title === '' ? within : `${within}${title}: `;
    const own = specs.map(({ title, ok, tests }) => ({
      name: `${place}${title}`,
      isFlaky: tests.some(({ status }) => status === 'flaky'),
      errors: ok
        ? []
        : tests.flatMap(({ results }) =>
            results.flatMap(({ errors = [] }) => errors.map(({ message = 'failed' }) => message)),
          ),
    }));
    return [...own, ...specsIn(suites, place)];
  });
}
