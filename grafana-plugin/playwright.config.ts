import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { PluginOptions } from '@grafana/plugin-e2e';
import { defineConfig } from '@playwright/test';

const CHROMIUM = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => path !== undefined && existsSync(path));

/** Without it the host stands in for Grafana. */
const grafana = process.env['GRAFANA_URL'];
const user = process.env['GRAFANA_USER'];
if (grafana !== undefined) {
  const { COSTSPAN_URL: api, COSTSPAN_KEY: key = '' } = process.env;
  const places = { demo: grafana.replace(/\/$/, ''), key, ...(api === undefined ? {} : { api }) };
  process.env['COSTSPAN_PLACES'] = Buffer.from(JSON.stringify(places)).toString('base64url');
}
/** Grafana's fixtures log in once and keep the cookies here. */
const session = join(import.meta.dirname, 'playwright/.auth', `${user}.json`);

export default defineConfig<PluginOptions>({
  testDir: './tests',
  testMatch: '*.spec.ts',
  outputDir: process.env['PLAYWRIGHT_OUTPUT'] ?? './test-results',
  workers: 1,
  // A machine may be new and busy: nothing here says how quick anything is. What passes only the second time is named.
  retries: 1,
  timeout: 300_000,
  expect: { timeout: 60_000 },
  reporter: process.env['PLAYWRIGHT_JSON_OUTPUT_FILE'] === undefined ? 'list' : 'json',
  use: {
    baseURL: grafana ?? demoPlace(),
    viewport: { width: 1280, height: 720 },
    timezoneId: 'Europe/Berlin',
    locale: 'en-US',
    launchOptions: {
      ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  ...(grafana === undefined
    ? {
        webServer: {
          command: 'node --conditions=@costspan/source --disable-warning=ExperimentalWarning tests/serve.ts',
          wait: { stdout: /costspan places (?<costspan_places>\S+)/ },
          timeout: 300_000,
        },
      }
    : {}),
  ...(grafana === undefined || user === undefined ? {} : { projects: loggedIn(user) }),
});

/** The host that `tests/serve.ts` has started; not known before. */
function demoPlace(): string {
  const written = process.env['COSTSPAN_PLACES'];
  if (written === undefined) return 'http://127.0.0.1';
  return (JSON.parse(Buffer.from(written, 'base64url').toString('utf8')) as { demo: string }).demo;
}

function loggedIn(user: string) {
  const credentials = { user, password: process.env['GRAFANA_PASSWORD'] ?? '' };
  const fixtures = dirname(createRequire(import.meta.url).resolve('@grafana/plugin-e2e'));
  return [
    {
      name: 'log in',
      testDir: join(fixtures, 'auth'),
      testMatch: /.*\.js/,
      use: { user: credentials, grafanaAPICredentials: credentials },
    },
    { name: 'pages', use: { storageState: session }, dependencies: ['log in'] },
  ];
}
