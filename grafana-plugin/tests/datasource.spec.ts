import { expect } from '@grafana/plugin-e2e';
import type { Page } from '@playwright/test';
import { ask, open, place, test } from './places.ts';

// The nested data source with its editors, on a page of the host: Grafana has pages of its own for them.

const PATH = '/datasource';
/** What the editor has made of the query. */
const written = async (page: Page) =>
  JSON.parse((await page.getByTestId('data-testid query').textContent()) ?? '{}') as Record<string, unknown>;

test('a query is built by hand, and answers with the ledger’s own sums', async ({ page, complaints }) => {
  await open(page, `${place('extended')}${PATH}`);
  await page.getByRole('combobox', { name: 'Group by' }).click();
  await page.getByRole('combobox', { name: 'Group by' }).fill('customer_id');
  await page.keyboard.press('Enter');
  await expect.poll(() => written(page)).toMatchObject({ metrics: ['cost'], groupBy: ['customer_id'] });
  await page.keyboard.press('Escape');
  await page.getByRole('combobox', { name: 'Grain' }).fill('none');
  await page.keyboard.press('Enter');
  await expect.poll(() => written(page)).toMatchObject({ grain: 'none' });
  await page.getByRole('button', { name: 'Condition' }).click();
  await page.getByRole('combobox', { name: 'Field' }).fill('customer_id');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Values' }).fill('acme, fernhill');
  await page.getByRole('textbox', { name: 'Values' }).blur();
  await expect
    .poll(() => written(page))
    .toMatchObject({ filters: [{ field: 'customer_id', op: 'in', value: 'acme, fernhill' }] });
  await page.getByRole('button', { name: 'Run query' }).click();
  const answer = page.getByRole('table', { name: 'Answer' });
  await expect(answer.locator('thead')).toHaveText(/customer_id.*cost/);
  await expect(answer.locator('tbody tr')).toHaveCount(2);
  const [first = ''] = await answer.locator('tbody tr td:first-child').allInnerTexts();
  const to = Date.now();
  const { rows } = await ask(place('api'), 'usage/query', {
    from: new Date(to - 30 * 86_400_000).toISOString(),
    to: new Date(to).toISOString(),
    metrics: ['cost'],
    groupBy: ['customer_id'],
    filters: [{ field: 'customer_id', op: 'in', value: ['acme', 'fernhill'] }],
  });
  expect(rows.map((row) => row['customer_id'])).toContain(first);
  await page.getByRole('button', { name: 'Remove the condition' }).click();
  await expect.poll(() => written(page)).toMatchObject({ filters: [] });
  expect(complaints).toEqual([]);
});

test('the number of rows stays within what the API takes', async ({ page }) => {
  await open(page, `${place('extended')}${PATH}`);
  await page.getByRole('spinbutton', { name: 'Rows' }).fill('7');
  await page.getByRole('spinbutton', { name: 'Rows' }).blur();
  await expect.poll(() => written(page)).toMatchObject({ limit: 7 });
  await page.getByRole('radio', { name: 'Quotas' }).check({ force: true });
  await expect.poll(() => written(page)).toMatchObject({ about: 'quota', limit: 7 });
  await expect(page.getByRole('combobox', { name: 'Metrics' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Run query' }).click();
  await expect(page.getByRole('table', { name: 'Answer' }).locator('tbody tr')).toHaveCount(7);
});

test('the test of the data source names the version, and its settings lead to the app', async ({ page }) => {
  await open(page, `${place('extended')}${PATH}`);
  await page.getByRole('button', { name: 'Save & test' }).click();
  await expect(page.getByTestId('data-testid tested')).toHaveText(/^Costspan \S+ answers\.$/);
  await expect(page.getByRole('link', { name: /Set both in the app/ })).toHaveAttribute(
    'href',
    /\/plugins\/costspan-usage-app/,
  );
});
