import { type Collector, parseConfig, startCollector } from '@costspan/collector';
import type { CallRecord } from '@costspan/usage';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { callsToTraces } from '../history/calls-to-traces.ts';
import { sendHistory } from '../history/send-history.ts';
import { CHROMIUM_HINT, findChromium, launchChromium } from './chromium.ts';

// The page of the collector in a real browser, over a real ledger.

/** How long a page may take to show something on a busy machine. */
const WAIT_MS = 60_000;

const isAbsent = findChromium() === undefined;
const isRequired = process.env['COSTSPAN_REQUIRE_ALL'] === '1';
const MARKUP = '<img src=x onerror="document.title=\'pwned\'">';

let browser: Browser;
let collector: Collector;
const closing: (() => Promise<unknown>)[] = [];
/** What the browser complained about on any page of a test: script errors, blocked content, failed requests. */
let complaints: string[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(config: Record<string, unknown> = {}): Promise<Collector> {
  return startCollector(parseConfig({ listen: '127.0.0.1:0', data: ':memory:', ...config }, 'page test'), {
    say: () => {},
    pages: null,
  });
}

async function open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    timezoneId: 'Europe/Berlin',
    ...options,
  });
  closing.push(() => context.close());
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  complaints = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return page;
}

async function ask(question: object): Promise<{ rows: Record<string, unknown>[]; total: Record<string, unknown> }> {
  const response = await fetch(`${collector.url}/api/v1/usage/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z', ...question }),
  });
  return (await response.json()) as Awaited<ReturnType<typeof ask>>;
}

async function send(to: string, ...calls: CallRecord[]): Promise<void> {
  await fetch(`${to}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(callsToTraces(calls)),
  });
}

const hostileCall = (): CallRecord => ({
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  startedAtUs: (Date.now() - 60_000) * 1000,
  durationUs: 1_200_000,
  provider: 'openai',
  operation: 'chat',
  requestModel: 'gpt-4o-mini',
  responseModel: MARKUP,
  usage: { status: 'reported', meters: { input_tokens: 10, output_tokens: 5 } },
  context: {},
  outcome: 'ok',
  tags: { customer_id: MARKUP, feature_name: `"><script>document.title='pwned'</script>`, team: 'javascript:alert(1)' },
});

const name = isAbsent ? `the page (needs Chromium: ${CHROMIUM_HINT})` : 'the page';

describe.skipIf(isAbsent && !isRequired)(name, { timeout: 3 * WAIT_MS }, () => {
  beforeAll(async () => {
    [browser, collector] = await Promise.all([launchChromium(), start()]);
    await sendHistory({ endpoint: collector.url, days: 20, callsPerDay: 250 });
  });
  afterAll(async () => {
    await browser?.close();
    await collector?.close();
  });

  test('shows the totals of the API, rounded to read and exact on hover', async () => {
    const { total } = await ask({ metrics: ['cost', 'calls', 'unpriced_calls'] });
    const page = await open(`${collector.url}/?range=all`);
    const spend = page.locator('.tile-value').first();
    await spend.waitFor();
    expect(await spend.getAttribute('title')).toBe(`${total['cost']} USD`);
    expect(await spend.innerText()).toBe(`$${Number(total['cost']).toFixed(2)}`);
    expect(await page.locator('.tile-value').nth(1).getAttribute('title')).toContain(
      `${Number(total['calls']).toLocaleString('en-US')} calls`,
    );
    expect(complaints).toEqual([]);
  });

  test('lists every customer, the most expensive first, each with its exact cost', async () => {
    const { rows } = await ask({ metrics: ['cost', 'calls'], groupBy: ['customer_id'] });
    const page = await open(`${collector.url}/?range=all`);
    await page.locator('.rows tbody tr').first().waitFor();
    const names = await page.locator('.rows tbody th').allInnerTexts();
    const costs = await page
      .locator('.rows tbody td:last-child')
      .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('title')));
    expect(names).toEqual(rows.map((row) => row['customer_id']));
    expect(costs).toEqual(rows.map((row) => `${row['cost']} USD`));
  });

  test('keeps its state in the URL: a reload and the back button show the same', async () => {
    const page = await open(collector.url);
    await page.getByRole('link', { name: '7d', exact: true }).click();
    await page.getByRole('link', { name: 'Model', exact: true }).click();
    await page.getByRole('link', { name: 'Tokens', exact: true }).first().click();
    await expect.poll(() => new URL(page.url()).search, { timeout: WAIT_MS }).toBe('?range=7d&by=model&show=tokens');
    await page.reload();
    await page.getByRole('heading', { name: 'Tokens over time' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Spend over time' }).waitFor();
    expect(new URL(page.url()).search).toBe('?range=7d&by=model');
  });

  test('leads from a customer to its calls and to one call whose lines add up', async () => {
    const page = await open(`${collector.url}/?range=all`);
    await page.getByRole('link', { name: 'acme', exact: true }).click();
    await page.locator('#list h2', { hasText: 'Calls' }).waitFor();
    expect(new URL(page.url()).searchParams.get('customer')).toBe('acme');
    const priced = page.locator('.rows tbody tr').filter({ hasText: 'gpt-6-sol' }).filter({ hasText: '$' }).first();
    await priced.getByRole('link').click();
    await page.locator('.lines tfoot').waitFor();
    const amounts = await page.locator('.lines tbody td:last-child').allInnerTexts();
    const total = await page.locator('.lines tfoot td').innerText();
    const units = (text: string) => Math.round(Number(text) * 1e12);
    expect(amounts.reduce((sum, amount) => sum + units(amount), 0)).toBe(units(total));
    expect(await page.locator('.facts').allInnerTexts()).toEqual(
      expect.arrayContaining([expect.stringContaining('acme')]),
    );

    await page.keyboard.press('Escape');
    await expect.poll(() => new URL(page.url()).searchParams.has('call'), { timeout: WAIT_MS }).toBe(false);
    await page.getByRole('link', { name: 'Remove the filter customer acme' }).click();
    await page.getByRole('heading', { name: 'Customers' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('shows older calls when asked, each once', async () => {
    const page = await open(`${collector.url}/?range=all&customer=acme`);
    const rows = page.locator('.rows tbody tr');
    await expect.poll(() => rows.count(), { timeout: WAIT_MS }).toBe(50);
    await page.getByRole('button', { name: 'Show more calls' }).click();
    await expect.poll(() => rows.count(), { timeout: WAIT_MS }).toBe(100);
    const links = await page
      .locator('.rows tbody a')
      .evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    expect(new Set(links).size).toBe(100);
  });

  test('leads from the number of unpriced calls to the calls', async () => {
    const page = await open(`${collector.url}/?range=all`);
    await page.locator('.note-link').first().click();
    await page.locator('#list h2', { hasText: 'Calls' }).waitFor();
    expect(await page.locator('.rows tbody td:last-child').allInnerTexts()).toEqual(expect.arrayContaining(['—']));
    expect(await page.locator('.rows tbody td:last-child').filter({ hasText: '$' }).count()).toBe(0);
  });

  test('can be used with the keyboard alone', async () => {
    const page = await open(`${collector.url}/?range=all`);
    await page.locator('.rows').waitFor();
    await page.locator('.chart').focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await page.locator('.tooltip').isVisible()).toBe(true);
    expect(await page.locator('.chart [aria-live]').textContent()).toMatch(/^\w{3},? \d+ \w{3}, \$[\d.]+, chat, \$/);
    await page.keyboard.press('Escape');
    expect(await page.locator('.tooltip').isVisible()).toBe(false);
    await page.getByRole('link', { name: 'halcyon', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.locator('#list h2', { hasText: 'Calls' }).waitFor();
    const call = page.locator('.rows tbody a').first();
    await call.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  test('a refresh takes neither the focus nor the open table away', async () => {
    const page = await open(`${collector.url}/?range=24h`);
    await page.getByText('Numbers behind the chart').click();
    await page.locator('.numbers table').waitFor();
    await page.locator('a[data-key="customer-acme"]').focus();
    const before = await page.locator('#status').innerText();
    await expect.poll(() => page.locator('#status').innerText(), { timeout: WAIT_MS }).not.toBe(before);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-key'))).toBe('customer-acme');
    expect(await page.locator('.numbers table').isVisible()).toBe(true);
  });

  test('what is written in spans stays text', async () => {
    const other = await start();
    closing.push(() => other.close());
    await send(other.url, hostileCall());
    const page = await open(`${other.url}/?range=1h&by=customer`);
    await page.locator('.rows').waitFor();
    expect(await page.locator('.rows tbody th').innerText()).toBe(MARKUP);
    await page.locator('.rows tbody a').click();
    await page.locator('#list h2', { hasText: 'Calls' }).waitFor();
    await page.locator('.rows tbody a').first().click();
    await page.getByRole('dialog').waitFor();
    await page.locator('.sheet .facts').first().waitFor();
    expect(await page.locator('main img, main script, dialog img, dialog script').count()).toBe(0);
    expect(await page.title()).toBe(`${MARKUP} · Costspan`);
    expect(complaints).toEqual([]);
  });

  test('an empty ledger says how to send the first call, and the page shows it when it comes', async () => {
    const other = await start();
    closing.push(() => other.close());
    const page = await open(other.url);
    await page.getByRole('heading', { name: 'Waiting for the first call' }).waitFor();
    expect(await page.locator('.snippet').first().innerText()).toContain(`OTEL_EXPORTER_OTLP_ENDPOINT=${other.url}`);
    await send(other.url, hostileCall());
    await page.locator('.rows').waitFor({ timeout: WAIT_MS });
    expect(await page.locator('.guide').isVisible()).toBe(false);
  });

  test('a range without calls offers all time', async () => {
    const page = await open(`${collector.url}/?range=24h&customer=nobody`);
    await page.getByRole('link', { name: 'Remove the filters' }).click();
    await page.locator('.rows').waitFor();
  });

  test('when the collector is gone the page says from when its numbers are, and recovers by itself', async () => {
    const page = await open(collector.url);
    await page.locator('.rows').waitFor();
    await page.route('**/api/v1/**', (route) => route.abort());
    await page.getByRole('alert').filter({ hasText: 'The collector does not answer' }).waitFor({ timeout: WAIT_MS });
    expect(await page.locator('#stale').innerText()).toMatch(/What you see is from \d\d:\d\d:\d\d/);
    expect(await page.locator('.rows').isVisible()).toBe(true);
    await page.unroute('**/api/v1/**');
    await page.locator('#stale').waitFor({ state: 'hidden', timeout: WAIT_MS });
  });

  test('when the API refuses from the beginning the page says why and tries again when asked', async () => {
    const context = await browser.newContext();
    closing.push(() => context.close());
    const page = await context.newPage();
    await page.route('**/api/v1/**', (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify({ title: 'Ledger unavailable', status: 503, detail: 'the disk is full', errors: [] }),
      }),
    );
    await page.goto(collector.url);
    await page.getByRole('heading', { name: 'Ledger unavailable' }).waitFor();
    expect(await page.locator('.detail').innerText()).toBe('the disk is full');
    await page.unroute('**/api/v1/**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.rows').waitFor();
  });

  test('a collector with keys asks for one and takes a right one', async () => {
    const other = await start({ ingestKeys: ['page-test-key'] });
    closing.push(() => other.close());
    const page = await open(other.url);
    await page.getByRole('heading', { name: 'This collector asks for a key' }).waitFor();
    await page.getByLabel('Key').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'The key was not accepted' }).waitFor();
    await page.getByLabel('Key').fill('page-test-key');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Waiting for the first call' }).waitFor();
  });

  test.each([320, 390, 768, 1280])('at %i pixels nothing but a table scrolls sideways', async (width) => {
    const overflow = (page: Page, selector: string) =>
      page.locator(selector).evaluate((element) => element.scrollWidth - element.clientWidth);
    const page = await open(`${collector.url}/?range=all`, { viewport: { width, height: 800 } });
    await page.locator('.rows').waitFor();
    expect(await overflow(page, 'html')).toBe(0);
    await page.getByRole('link', { name: 'acme', exact: true }).click();
    await page.locator('#list h2', { hasText: 'Calls' }).waitFor();
    expect(await overflow(page, 'html')).toBe(0);
    await page.locator('.rows tbody a').first().click();
    await page.locator('.sheet .facts').first().waitFor();
    expect(await overflow(page, '.sheet')).toBe(0);
  });

  test.each(['light', 'dark'] as const)('text in %s is dark enough to read', async (colorScheme) => {
    const page = await open(`${collector.url}/?range=all`, { colorScheme });
    await page.locator('.rows').waitFor();
    const poorest = await page.evaluate(() => {
      const luminance = (colour: string) => {
        const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number).map((part) => {
          const share = part / 255;
          return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const ratios = [...document.querySelectorAll('.tile-label, .tile-note, .rows td, .rows th, .legend-share')].map(
        (element) => {
          const text = luminance(getComputedStyle(element).color);
          const ground = luminance(getComputedStyle(element.closest('.card, .tile') as Element).backgroundColor);
          return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
        },
      );
      return Math.min(...ratios);
    });
    expect(poorest).toBeGreaterThan(4.5);
  });
});
