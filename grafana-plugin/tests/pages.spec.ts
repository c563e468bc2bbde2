import AxeBuilder from '@axe-core/playwright';
import { expect } from '@grafana/plugin-e2e';
import type { Page } from '@playwright/test';
import { APP, ask, follow, open, PAGES, place, settled, test } from './places.ts';

interface Calls {
  readonly calls: readonly { readonly id: string; readonly cost: string | null }[];
}

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
  test(`every page in ${theme} is whole: nothing overflows, complains, asks elsewhere or shuts anybody out`, async ({
    page,
  }) => {
    await open(page, `${place('demo')}${APP}/overview?theme=${theme}`);
    for (const name of ALL) {
      await test.step(name, async () => {
        await goTo(page, name);
        await isWhole(page, `${name.replace('/', '-')}-${theme}`);
      });
    }
  });
}

test('every page in Arabic runs from right to left, and is whole', async ({ page }) => {
  await open(page, `${place('arabic')}${APP}/overview`);
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  for (const name of ALL) {
    await test.step(name, async () => {
      await goTo(page, name);
      // A customer and a call are called what they are called; every other page has an Arabic name.
      if (!['customers/acme', 'call'].includes(name))
        await expect(page.locator('h1').first()).toHaveText(/\p{Script=Arabic}/u);
      await isWhole(page, `${name.replace('/', '-')}-arabic`);
    });
  }
});

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

/** To a page by its name; the call is the newest one of acme that has a cost. */
async function goTo(page: Page, name: string): Promise<void> {
  if (name === 'configuration') await follow(page, '/plugins/costspan-usage-app');
  else if (name === 'call') await follow(page, await newestCall());
  else if (name !== 'overview') await follow(page, `${APP}/${name}`);
  await settled(page);
}

async function newestCall(): Promise<string> {
  const { calls } = await ask<Calls>(place('api'), 'calls?customer_id=acme&limit=50');
  const { id } = calls.find(({ cost }) => cost !== null) ?? {};
  expect(id).toBeDefined();
  return `${APP}/customers/acme/calls/${id}`;
}
