import { expect } from '@playwright/test';
import { APP, ask, open, places, test } from './places.ts';

interface Status {
  readonly budgets: readonly {
    readonly bucket: Record<string, string>;
    readonly used: string | number;
    readonly rule_id: string;
  }[];
}

test('budgets stand as the API says, the fullest first', async ({ page, complaints }) => {
  const { budgets } = (await ask(places().api, 'quota/status?limit=50')) as unknown as Status;
  expect(budgets.length).toBeGreaterThan(10);
  await open(page, `${places().demo}${APP}/quotas`);
  const table = page.getByTestId('data-testid panel Budgets');
  await expect(table.locator('tbody tr')).toHaveCount(budgets.length);
  const rules = await table.locator('tbody tr td:nth-child(2)').allInnerTexts();
  expect(rules).toEqual(budgets.map(({ rule_id }) => rule_id));
  await expect(page.getByTestId('data-testid panel Rules and who they hold')).toContainText('customer-month');
  expect(complaints).toEqual([]);
});

test('budgets are filtered by state and sorted by burn, and the address says so', async ({ page }) => {
  await open(page, `${places().demo}${APP}/quotas?state=ok&sort=burn`);
  const states = await page
    .getByTestId('data-testid panel Budgets')
    .locator('tbody tr td:nth-child(3)')
    .allInnerTexts();
  expect(new Set(states.map((text) => text.replace(' (audit)', '')))).toEqual(new Set(['Within its pace']));
});

test('the page of a customer shows its budgets', async ({ page }) => {
  await open(page, `${places().demo}${APP}/customers/acme`);
  await expect(page.getByTestId('data-testid panel Used against pace')).toContainText('/ $4.00');
});

test('a collector without rules says how to set some', async ({ page }) => {
  await open(page, `${places().empty}${APP}/quotas`);
  await expect(page.getByTestId('data-testid nothing')).toContainText('rules: quotas.yaml');
});
