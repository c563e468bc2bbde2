import { expect } from '@grafana/plugin-e2e';
import { place, settled, test } from './places.ts';

// The same bundle in the collector's own server, without Grafana.

test('a collector with a key asks for it, and then shows the pages under a strict policy', async ({
  page,
  complaints,
}) => {
  const response = await page.goto(`${place('embedded')}/`);
  const policy = (await response?.headerValue('content-security-policy')) ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toMatch(/unsafe-eval|https?:|\*/);
  await expect(page.getByText('This collector asks for a key')).toBeVisible();
  await page.locator('#collector-key').fill('wrong-key');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('The collector does not take the key given before.')).toBeVisible();
  await page.locator('#collector-key').fill('test-key-0123456789');
  await page.getByRole('button', { name: 'Continue' }).click();
  await settled(page);
  await expect(page.getByTestId('data-testid panel Top customers').getByText('acme')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Configuration' })).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'For Grafana' })).toHaveAttribute(
    'href',
    /^costspan-usage-app-[\d.]+\.zip$/,
  );
  // Refused were the questions of the first two visits, and nothing else.
  expect(complaints.filter((complaint) => !complaint.startsWith('401: /api/v1/'))).toEqual([]);
  complaints.length = 0;
  await page.getByRole('link', { name: 'Explore' }).click();
  await expect(page.getByTestId('data-testid panel Spend over time').locator('canvas').first()).toBeVisible();
  await page.reload();
  await expect(page.getByTestId('data-testid panel Spend over time').locator('canvas').first()).toBeVisible();
});

test('what is written in spans stays text', async ({ page, complaints }) => {
  await page.addInitScript(() => sessionStorage.setItem('costspan.key', 'test-key-0123456789'));
  await page.goto(`${place('embedded')}/a/costspan-usage-app/customers?q=onerror`);
  await expect(page.getByRole('link', { name: '<img src=x onerror="document.title=1">' })).toBeVisible();
  await page.getByRole('link', { name: '<img src=x onerror="document.title=1">' }).click();
  await settled(page);
  await expect(page.locator('main img')).toHaveCount(0);
  expect(await page.title()).toBe('<img src=x onerror="document.title=1"> · Costspan');
  expect(complaints).toEqual([]);
});

test('the page follows calls that come while it is open', async ({ page }) => {
  await page.addInitScript(() => sessionStorage.setItem('costspan.key', 'test-key-0123456789'));
  await page.clock.install();
  await page.goto(`${place('embedded')}/a/costspan-usage-app/overview`);
  await settled(page);
  const asked = page.waitForRequest((request) => request.url().endsWith('/api/v1/usage/query'));
  await page.clock.fastForward(31_000);
  await asked;
});
