import { expect } from '@grafana/plugin-e2e';
import { APP, open, place, test } from './places.ts';

test('charts have their numbers as a table', async ({ page }) => {
  await open(page, `${place('demo')}${APP}/overview?from=now-7d/d&to=now`);
  const panel = page.getByTestId('data-testid panel Spend over time');
  await panel.getByRole('button', { name: 'Show the numbers' }).click();
  await expect(panel.getByRole('columnheader', { name: 'Time' })).toBeVisible();
  await expect(panel.getByRole('row', { name: /acme/ }).first()).toContainText('$');
});

test('a chart is walked with the arrow keys, and its numbers are read out', async ({ page }) => {
  await open(page, `${place('demo')}${APP}/overview`);
  const chart = page.getByRole('img', { name: 'Spend over time' });
  await chart.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByTestId('data-testid panel Spend over time').locator('[aria-live=polite]')).toHaveText(
    /\w{3}, \w{3} \d+, \d{4}: \$[\d.]+/,
  );
});

test('every control is reached by keyboard', async ({ page }) => {
  await open(page, `${place('demo')}${APP}/customers`);
  const reached = new Set<string>();
  for (let press = 0; press < 60; press++) {
    await page.keyboard.press('Tab');
    reached.add(
      await page.evaluate(
        () => document.activeElement?.textContent || document.activeElement?.getAttribute('aria-label') || '',
      ),
    );
  }
  for (const name of ['Customers', 'Search customers', 'Refresh', 'Export', 'Spend', 'acme'])
    expect([...reached].join('|')).toContain(name);
});

test('numbers and amounts are written in the language of the viewer', async ({ page }) => {
  await open(page, `${place('german')}${APP}/customers`);
  await expect(page.getByRole('row', { name: /acme/ })).toContainText(/\d,\d\d\s\$/);
});
