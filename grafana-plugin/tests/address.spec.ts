import { expect } from '@grafana/plugin-e2e';
import { APP, open, place, test } from './places.ts';

test('what is chosen stands in the address, and back and forward walk through it', async ({ page }) => {
  await open(page, `${place('demo')}${APP}/overview`);
  await page.getByRole('radio', { name: 'Model' }).check({ force: true });
  await expect(page).toHaveURL(/by=model/);
  await page.getByRole('radio', { name: 'Team' }).check({ force: true });
  await expect(page).toHaveURL(/by=team/);
  await page.goBack();
  await expect(page).toHaveURL(/by=model/);
  await expect(page.getByTestId('data-testid panel Spend over time')).toContainText('gpt-6-sol');
  await page.goForward();
  await expect(page.getByTestId('data-testid panel Spend over time')).toContainText('assistants');
});

test('a shared address shows the same to somebody else', async ({ page, browser }) => {
  const from = `${Date.now() - 40 * 86_400_000}`;
  const to = `${Math.floor(Date.now() / 86_400_000) * 86_400_000}`;
  await open(page, `${place('demo')}${APP}/customers?from=${from}&to=${to}&sort=calls&direction=asc&plan=team`);
  await expect(page.getByRole('row', { name: /fernhill/ })).toContainText('team');
  const rows = await page.locator('tbody').innerText();
  const other = await (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage();
  await open(other, page.url());
  await expect(other.getByRole('row', { name: /fernhill/ })).toContainText('team');
  expect(await other.locator('tbody').innerText()).toBe(rows);
  await other.context().close();
});

test('the time goes along from page to page', async ({ page }) => {
  await open(page, `${place('demo')}${APP}/overview?from=now-14d&to=now`);
  await page.getByTestId('data-testid panel Top customers').getByRole('link', { name: 'acme' }).click();
  await expect(page).toHaveURL(/customers\/acme\?from=now-14d&to=now/);
  await expect(page.getByRole('heading', { level: 1, name: 'acme' })).toBeVisible();
});

test('customers are sorted, searched and paged by the ledger', async ({ page }) => {
  await open(page, `${place('many')}${APP}/customers`);
  await expect(page.locator('tbody tr')).toHaveCount(25);
  await page.getByRole('button', { name: 'Customer' }).click();
  await expect(page).toHaveURL(/sort=customer_id/);
  await expect(page.locator('tbody th').first()).toHaveText('customer-09999');
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.locator('tbody th').first()).toHaveText('customer-09974');
  await page.getByRole('button', { name: 'Previous' }).click();
  await expect(page.locator('tbody th').first()).toHaveText('customer-09999');
  await page.getByRole('searchbox', { name: 'Search customers' }).fill('0123');
  await expect(page.locator('tbody tr')).toHaveCount(11);
  await expect(page).toHaveURL(/q=0123/);
});

test('a question of any tags is built by hand, and the address is the question', async ({ page }) => {
  await open(page, `${place('demo')}${APP}/explore`);
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.getByRole('combobox', { name: 'Value' }).click();
  await page.getByRole('option', { name: 'acme' }).click();
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/where=customer_id/);
  await expect(page.getByTestId('data-testid panel Model').locator('tbody tr').first()).toBeVisible();
  await page.getByRole('combobox', { name: 'Metric' }).fill('Duration, p95');
  await page.getByRole('option', { name: 'Duration, p95' }).click();
  await expect(page.getByTestId('data-testid panel Duration, p95 over time')).toBeVisible();
  await page.getByRole('button', { name: /Remove the filter/ }).click();
  await expect(page).not.toHaveURL(/where=/);
});

test('two groups are shown as rows and columns', async ({ page }) => {
  await open(page, `${place('demo')}${APP}/explore?by=customer_id,feature_name&view=pivot`);
  const table = page.getByTestId('data-testid panel Customer × Feature');
  await expect(table.getByRole('columnheader', { name: 'chat' })).toBeVisible();
  await expect(table.getByRole('rowheader', { name: 'acme' })).toBeVisible();
});
