import { expect, test } from '@grafana/plugin-e2e';

// What a real Grafana can run as well: GRAFANA_URL=http://… npm test. Without it the host stands in for Grafana.

const pluginId = 'costspan-usage-app';

test('the overview opens from its address and shows totals', async ({ gotoAppPage, page }) => {
  await gotoAppPage({ pluginId, path: '/overview' });
  await expect(page.getByText('Spend', { exact: true }).first()).toBeVisible();
  await expect(page.getByTestId('data-testid panel Top customers')).toBeVisible();
});

test('another time asks the API again', async ({ gotoAppPage, page, selectors }) => {
  const app = await gotoAppPage({ pluginId, path: '/overview' });
  await app.getByGrafanaSelector(selectors.components.TimePicker.openButton).click();
  const asked = page.waitForRequest((request) => request.url().includes('/usage/query'));
  await page.getByText('Last 7 days').click();
  const { from, to } = (await asked).postDataJSON() as { from: string; to: string };
  expect(Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)).toBe(7);
  await expect(page).toHaveURL(/from=now-7d/);
});

test('explore draws the time series panel', async ({ gotoAppPage, page }) => {
  await gotoAppPage({ pluginId, path: '/explore' });
  await expect(page.getByTestId('data-testid panel Spend over time').locator('canvas').first()).toBeVisible();
});

test('the configuration is saved where Grafana keeps it', async ({ gotoAppConfigPage, page }) => {
  const config = await gotoAppConfigPage({ pluginId });
  await page.getByLabel('Address').fill('http://127.0.0.1:4318');
  const saved = config.waitForSettingsResponse();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(saved).toBeOK();
});
