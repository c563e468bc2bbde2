import AxeBuilder from '@axe-core/playwright';
import { expect } from '@grafana/plugin-e2e';
import type { Page } from '@playwright/test';
import { APP, open, PAGES, place, test } from './places.ts';

/** Found in Grafana's own components and not ours to mend. */
const UPSTREAM = [
  // The time picker of @grafana/ui names its buttons otherwise than they read.
  'label-content-name-mismatch',
];
const SIZES = [
  [1280, 720],
  [390, 844],
] as const;
const ALL = [...PAGES, 'call', 'configuration'];
const shots = process.env['SCREENSHOTS'];

for (const theme of ['dark', 'light']) {
  for (const name of ALL) {
    test(`${name} in ${theme} is whole: nothing overflows, complains, asks elsewhere or shuts anybody out`, async ({
      page,
    }) => {
      await open(page, `${place('demo')}${await pathOf(name, page)}?theme=${theme}`);
      await isWhole(page, `${name.replace('/', '-')}-${theme}`);
    });
  }
}

for (const name of ALL) {
  test(`${name} in Arabic runs from right to left, and is whole`, async ({ page }) => {
    await open(page, `${place('arabic')}${await pathOf(name, page)}`);
    await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
    // A customer and a call are called what they are called; every other page has an Arabic name.
    if (!['customers/acme', 'call'].includes(name))
      await expect(page.locator('h1').first()).toHaveText(/\p{Script=Arabic}/u);
    await isWhole(page, `${name.replace('/', '-')}-arabic`);
  });
}

test('the overview is one screen at 1280 × 720', async ({ page }) => {
  await open(page, `${place('demo')}${APP}/overview`);
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(720);
  for (const label of ['Spend', 'Margin', 'Tokens', 'Calls', 'Active customers']) {
    await expect(page.locator('dt', { hasText: new RegExp(`^${label}$`) })).toBeInViewport();
  }
  for (const kind of ['Input', 'Cache read', 'Cache write', 'Output', 'Reasoning']) {
    await expect(
      page.getByTestId('data-testid panel Tokens by kind').getByText(kind, { exact: true }),
    ).toBeInViewport();
  }
});

/** Nothing overflows at any size, and axe finds nothing that is ours. Keeps pictures where SCREENSHOTS names a folder. */
async function isWhole(page: Page, picture: string): Promise<void> {
  await expect(page.getByTestId('data-testid failure')).toHaveCount(0);
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    if (shots === undefined) continue;
    // Charts measure themselves and draw again.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 400)));
    await page.screenshot({ path: `${shots}/${picture}-${width}.png`, fullPage: true });
  }
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze();
  const ours = violations.filter(({ id }) => !UPSTREAM.includes(id));
  expect(ours.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)} (${nodes.length})`)).toEqual([]);
}

/** Of a page by its name; the call is the newest one of acme that has a cost. */
async function pathOf(name: string, page: Page): Promise<string> {
  if (name === 'configuration') return '/plugins/costspan-usage-app';
  if (name !== 'call') return `${APP}/${name}`;
  await open(page, `${place('demo')}${APP}/customers/acme`);
  const call = page.getByTestId('data-testid panel Calls').getByRole('row').filter({ hasText: '$' }).first();
  const href = await call.getByRole('link').first().getAttribute('href');
  return new URL(href ?? '', page.url()).pathname;
}
