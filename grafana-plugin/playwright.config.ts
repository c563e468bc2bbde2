import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

const CHROMIUM = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => path !== undefined && existsSync(path));

/** With GRAFANA_URL only the specs that a real Grafana can run, against it; else all of them against the host. */
const grafana = process.env['GRAFANA_URL'];

export default defineConfig({
  testDir: './tests',
  outputDir: process.env['PLAYWRIGHT_OUTPUT'] ?? './test-results',
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: process.env['PLAYWRIGHT_JSON_OUTPUT_FILE'] === undefined ? 'list' : 'json',
  testMatch: grafana === undefined ? '*.spec.ts' : 'grafana.spec.ts',
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
          timeout: 120_000,
        },
      }
    : {}),
});

/** The host that `tests/serve.ts` has started; not known before. */
function demoPlace(): string {
  const written = process.env['COSTSPAN_PLACES'];
  if (written === undefined) return 'http://127.0.0.1';
  return (JSON.parse(Buffer.from(written, 'base64url').toString('utf8')) as { demo: string }).demo;
}
