import { expect } from '@grafana/plugin-e2e';
import { APP, ask, open, place, test } from './places.ts';

interface Status {
  readonly budgets: readonly {
    readonly bucket: Record<string, string>;
    readonly used: string | number;
    readonly rule_id: string;
  }[];
}

test('budgets stand as the API says, the fullest first', async ({ page, complaints }) => {
  const { budgets } = await ask<Status>(place('api'), 'quota/status?limit=50');
  expect(budgets.length).toBeGreaterThan(10);
  await open(page, `${place('demo')}${APP}/quotas`);
  const table = page.getByTestId('data-testid panel Budgets');
  await expect(table.locator('tbody tr')).toHaveCount(budgets.length);
  const rules = await table.locator('td[data-column=rule]').allTextContents();
  expect(rules).toEqual(budgets.map(({ rule_id }) => rule_id));
  await expect(page.getByTestId('data-testid panel Rules and who they hold')).toContainText('customer-trial');
  expect(complaints).toEqual([]);
});

test('budgets are filtered by state and sorted by burn, and the address says so', async ({ page }) => {
  await open(page, `${place('demo')}${APP}/quotas?state=ok&sort=burn`);
  const states = await page.getByTestId('data-testid panel Budgets').locator('td[data-column=state]').allInnerTexts();
  expect(new Set(states.map((text) => text.replace(' (audit)', '')))).toEqual(new Set(['Within its pace']));
});

test('the page of a customer shows its budgets', async ({ page }) => {
  await open(page, `${place('demo')}${APP}/customers/acme`);
  await expect(page.getByTestId('data-testid panel Used against pace')).toContainText('/ $100.00');
});

test.describe('a collector without rules', () => {
  // It answers 404 where its quotas would be.
  test.use({ refusals: 'expected' });

  test('says how to set some', async ({ page }) => {
    await open(page, `${place('empty')}${APP}/quotas`);
    await expect(page.getByTestId('data-testid nothing')).toContainText('rules: quotas.yaml');
  });
});
