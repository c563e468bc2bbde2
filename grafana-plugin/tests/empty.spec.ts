import { expect } from '@grafana/plugin-e2e';
import { APP, follow, lead, open, PAGES, place, settled, test } from './places.ts';

// Where nothing is to be seen yet, a page says what to do next.

test('an admin without a configuration is led to it from every page', async ({ page }) => {
  for (const name of PAGES) {
    if (name === PAGES[0]) await page.goto(`${place('unset')}${APP}/${name}`);
    else await lead(page, `${APP}/${name}`);
    await expect(page).toHaveURL(new RegExp(`${APP}/${name}$`));
    await expect(page.getByText('The usage API is not set up yet')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Open the configuration' })).toHaveAttribute(
      'href',
      '/plugins/costspan-usage-app',
    );
  }
});

test('a viewer without a configuration is told to ask an admin, on every page', async ({ page }) => {
  for (const name of PAGES) {
    if (name === PAGES[0]) await page.goto(`${place('unsetViewer')}${APP}/${name}`);
    else await lead(page, `${APP}/${name}`);
    await expect(page).toHaveURL(new RegExp(`${APP}/${name}$`));
    await expect(page.getByText(/Ask an admin to open the configuration/)).toBeVisible();
    await expect(page.getByRole('link', { name: 'Open the configuration' })).toHaveCount(0);
  }
});

test.describe('an empty ledger', () => {
  // A collector without rules answers 404 where its quotas would be; pages then leave them out.
  test.use({ refusals: 'expected' });

  test('says on every page what to do next', async ({ page }) => {
    await open(page, `${place('empty')}${APP}/overview`);
    for (const [name, next] of [
      ['overview', 'OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1'],
      ['customers', 'withTags'],
      ['customers/nobody', 'No calls of nobody'],
      ['explore', 'No calls'],
      ['models', 'No calls'],
      ['quotas', 'rules: quotas.yaml'],
      ['data-quality', 'Every call has a price'],
    ] as const) {
      if (name !== 'overview') await follow(page, `${APP}/${name}`);
      await settled(page);
      await expect(page.locator('main')).toContainText(next);
      await expect(page.getByTestId('data-testid failure')).toHaveCount(0);
      await expect(page.locator('main')).not.toContainText('a past was filled in');
    }
  });
});

test('a time without calls offers the time that has some', async ({ page }) => {
  await open(page, `${place('demo')}${APP}/overview?from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z`);
  await expect(page.getByText('No calls in this time')).toBeVisible();
  await page.getByRole('button', { name: 'Show all of it' }).click();
  await expect(page.getByTestId('data-testid panel Top customers').getByText('acme')).toBeVisible();
});

test('a search that finds nobody can be taken back', async ({ page }) => {
  await open(page, `${place('demo')}${APP}/customers?q=zzz`);
  await page.getByRole('button', { name: 'Remove search and filters' }).click();
  await expect(page.getByRole('link', { name: 'acme' })).toBeVisible();
});

test('amounts that lack unpriced calls say so, and lead to them', async ({ page }) => {
  await open(page, `${place('demo')}${APP}/overview`);
  await expect(page.getByTestId('data-testid notices')).toContainText(/Partial: \d+ calls have no price/);
  await page.getByTestId('data-testid notices').getByRole('link').click();
  await expect(page.getByTestId('data-testid panel Calls without a price')).toContainText(
    'the provider reported no counts',
  );
});
