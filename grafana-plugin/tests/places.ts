import { test as base, expect, type Page } from '@playwright/test';

interface Places {
  readonly demo: string;
  readonly empty: string;
  readonly many: string;
  readonly wrongToken: string;
  readonly german: string;
  readonly unset: string;
  readonly unsetViewer: string;
  readonly down: string;
  readonly embedded: string;
  readonly api: string;
  readonly manyApi: string;
}

/** Addresses of what `serve.ts` has started. */
export function places(): Places {
  return JSON.parse(Buffer.from(process.env['COSTSPAN_PLACES'] ?? '', 'base64url').toString('utf8')) as Places;
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

interface Watched {
  /** What the browser complained about: errors and warnings of scripts, refused content, requests to elsewhere. */
  readonly complaints: string[];
}

/** A page whose complaints fail the test at its end, unless they were expected and taken out. */
export const test = base.extend<Watched>({
  complaints: async ({ page }, use) => {
    const complaints: string[] = [];
    watch(page, complaints);
    await use(complaints);
    expect(complaints).toEqual([]);
  },
});

/** The page at an address, drawn: nothing is loading any more. */
export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await settled(page);
}

export async function settled(page: Page): Promise<void> {
  await expect(page.locator('h1').first()).toBeVisible();
  await expect(page.getByTestId('data-testid loading')).toHaveCount(0);
}

/** Asks the API itself, as the plugin's proxy would. */
export async function ask(api: string, path: string, question?: object): Promise<Answer> {
  const response = await fetch(`${api}/api/v1/${path}`, {
    method: question === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer test-key-0123456789' },
    ...(question === undefined ? {} : { body: JSON.stringify(question) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

export interface Answer {
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
  readonly total: Readonly<Record<string, string | number | null>>;
}

function watch(page: Page, complaints: string[]): void {
  page.on('console', (message) => {
    // A refused request is told with its address below.
    if (message.text().startsWith('Failed to load resource')) return;
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`page: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${new URL(response.url()).pathname}`);
  });
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (
      protocol.startsWith('http') &&
      origin !== new URL(page.url() === 'about:blank' ? request.url() : page.url()).origin
    ) {
      complaints.push(`asks ${origin}`);
    }
  });
}
