import { test as base, expect } from '@grafana/plugin-e2e';
import type { Page } from '@playwright/test';

/** Addresses of what `serve.ts` has started; with GRAFANA_URL only what one Grafana and its collector can be. */
export interface Places {
  readonly demo: string;
  /** The collector behind `demo`, and the key it takes. */
  readonly api: string;
  readonly key: string;
  readonly extended: string;
  readonly empty: string;
  readonly many: string;
  readonly manyApi: string;
  readonly viewer: string;
  readonly editor: string;
  readonly wrongToken: string;
  readonly german: string;
  readonly arabic: string;
  readonly unset: string;
  readonly unsetViewer: string;
  readonly down: string;
  readonly embedded: string;
}

/** Where to go in a test. A test that needs what a real Grafana is not is skipped there. */
export function place(name: keyof Places): string {
  const written = Buffer.from(process.env['COSTSPAN_PLACES'] ?? '', 'base64url').toString('utf8');
  const address = (JSON.parse(written) as Partial<Places>)[name];
  if (address === undefined) test.skip(true, `the Grafana of GRAFANA_URL is not "${name}"; the host is`);
  return address as string;
}

export const APP = '/a/costspan-usage-app';
export const PAGES = [
  'overview',
  'customers',
  'customers/acme',
  'explore',
  'models',
  'quotas',
  'data-quality',
] as const;

interface Home {
  /** What Grafana's fixtures ask a home page for, in a page of its own before every test. */
  readonly bootData: { readonly version: string | undefined; readonly namespace: string | undefined };
}

interface Watched {
  /** Whether a test means to be refused: then answers from 400 on are no complaint. */
  readonly refusals: 'none' | 'expected';
  /** What the browser complained about: errors and warnings of scripts, refused content, requests to elsewhere. */
  readonly complaints: string[];
}

/** The host says at once what a real Grafana is opened for. */
const grafana =
  process.env['GRAFANA_URL'] === undefined
    ? base.extend<Home>({
        // Playwright reads from the pattern what a fixture needs.
        // biome-ignore lint/correctness/noEmptyPattern: this one needs nothing.
        bootData: async ({}, use) => {
          await use({ version: (await (await fetch(`${place('demo')}/version`)).text()).trim(), namespace: 'default' });
        },
      })
    : base;

/** Grafana's own fixtures, and a page whose complaints fail the test at its end, unless they were expected and taken out. */
export const test = grafana.extend<Watched>({
  refusals: ['none', { option: true }],
  complaints: [
    async ({ page, refusals }, use) => {
      const complaints: string[] = [];
      // What else a real Grafana says and asks is its own affair.
      if (process.env['GRAFANA_URL'] === undefined) watch(page, complaints, refusals === 'none');
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

/** The page at an address, drawn: nothing is loading any more. */
export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await settled(page);
}

/** Another page of the app, as one of its links leads to it: nothing is loaded anew, and what is routed or stopped stays so. */
export async function follow(page: Page, address: string): Promise<void> {
  for (const title of await page.locator('h1').all())
    await title.evaluate((node) => node.setAttribute('data-left', ''));
  await lead(page, address);
  await expect(page.locator('h1:not([data-left])').first()).toBeVisible();
}

/** The same without waiting for another page to be drawn. */
export async function lead(page: Page, address: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate', { state: null }));
  }, address);
}

export async function settled(page: Page): Promise<void> {
  await expect(page.locator('h1').first()).toBeVisible();
  await expect(page.getByTestId('data-testid loading')).toHaveCount(0);
}

/** Asks the API itself, as the plugin's proxy would. */
export async function ask<T = Answer>(api: string, path: string, question?: object): Promise<T> {
  const response = await fetch(`${api}/api/v1/${path}`, {
    method: question === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${place('key')}` },
    ...(question === undefined ? {} : { body: JSON.stringify(question) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

export interface Answer {
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
  readonly total: Readonly<Record<string, string | number | null>>;
}

function watch(page: Page, complaints: string[], isRefusalOne: boolean): void {
  page.on('console', (message) => {
    // A refused request is told with its address below.
    if (message.text().startsWith('Failed to load resource')) return;
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`page: ${error.message}`));
  page.on('websocket', (socket) => complaints.push(`opens ${socket.url()}`));
  page.on('response', (response) => {
    if (isRefusalOne && response.status() >= 400)
      complaints.push(`${response.status()}: ${new URL(response.url()).pathname}`);
  });
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (request.isNavigationRequest() || !protocol.startsWith('http')) return;
    if (origin !== new URL(request.frame().url()).origin) complaints.push(`asks ${origin}`);
  });
}
