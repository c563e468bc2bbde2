import AxeBuilder from '@axe-core/playwright';
import { expect } from '@playwright/test';
import { APP, open, PAGES, places, test } from './places.ts';

/** Found in Grafana's own components and not ours to mend. */
const UPSTREAM = [
  // The time picker of @grafana/ui names its buttons otherwise than they read.
  'label-content-name-mismatch',
];
const SIZES = [
  [1280, 720],
  [390, 844],
] as const;
const shots = process.env['SCREENSHOTS'];

for (const theme of ['dark', 'light']) {
  for (const name of [...PAGES, 'configuration']) {
    test(`${name} in ${theme} is whole: nothing overflows, complains, asks elsewhere or shuts anybody out`, async ({
      page,
      complaints,
    }) => {
      const path = name === 'configuration' ? '/plugins/costspan-usage-app' : `${APP}/${name}`;
      await open(page, `${places().demo}${path}?theme=${theme}`);
      await expect(page.getByTestId('data-testid failure')).toHaveCount(0);
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height });
        await page.waitForTimeout(200);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        if (shots !== undefined) {
          await page.screenshot({ path: `${shots}/${name.replace('/', '-')}-${theme}-${width}.png`, fullPage: true });
        }
      }
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
        .analyze();
      const ours = violations.filter(({ id }) => !UPSTREAM.includes(id));
      expect(ours.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)} (${nodes.length})`)).toEqual([]);
      expect(complaints).toEqual([]);
    });
  }
}

test('the overview is one screen at 1280 × 720', async ({ page }) => {
  await open(page, `${places().demo}${APP}/overview`);
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
