import { expect, type Page, type Route } from '@playwright/test';
import { APP, open, PAGES, places, settled, test } from './places.ts';

const PROXY = '**/api/plugin-proxy/**';
const failure = (page: Page) => page.getByTestId('data-testid failure').first();

const problem =
  (status: number, detail: string, errors: object[] = []) =>
  (route: Route) =>
    route.fulfill({
      status,
      contentType: 'application/problem+json',
      body: JSON.stringify({ type: 'about:blank', title: '', status, detail, errors }),
    });

const FAILURES = [
  [
    'the API is down',
    (route: Route) => route.fulfill({ status: 502, json: { message: 'Bad Gateway' } }),
    'The usage API does not answer',
  ],
  ['the API refuses the token', problem(401, 'this key is not known'), 'The usage API does not take the token'],
  [
    'the role is too low',
    (route: Route) => route.fulfill({ status: 403, json: { message: 'plugin proxy route access denied' } }),
    'You are not allowed to see this',
  ],
  [
    'the API is older',
    problem(400, 'the request has 1 mistake', [
      { at: 'compare', code: 'FIELD_UNKNOWN', message: 'is not a field here' },
    ]),
    'The usage API is older than this plugin',
  ],
  [
    'something else answers',
    (route: Route) => route.fulfill({ status: 404, contentType: 'text/html', body: 'Not here' }),
    'The usage API is older than this plugin',
  ],
  ['the question is too large', problem(422, 'use a smaller limit'), 'This is too much to add up at once'],
  ['the ledger is busy', problem(503, 'the ledger is busy'), 'The ledger is busy'],
  ['the API fails', problem(500, 'its log says why'), 'The usage API failed'],
  [
    'the answer is another one',
    (route: Route) => route.fulfill({ json: { rows: 1, info: 2, calls: 3 } }),
    'Plugin and usage API do not understand each other',
  ],
] as const;

for (const [what, answer, title] of FAILURES) {
  test(`every page says when ${what}, with a request id`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.route(PROXY, answer);
    for (const name of PAGES) {
      await page.goto(`${places().demo}${APP}/${name}`);
      await expect(failure(page)).toContainText(title);
      await expect(failure(page)).toContainText(/request [0-9a-f-]{13}/);
    }
  });
}

test('a failed page is asked again when one asks it to, without a reload', async ({ page }) => {
  await page.route(PROXY, problem(500, 'its log says why'));
  await page.goto(`${places().demo}${APP}/overview`);
  await expect(failure(page)).toBeVisible();
  await page.unroute(PROXY);
  await page.getByRole('button', { name: 'Try again' }).first().click();
  await expect(page.getByTestId('data-testid panel Top customers').getByText('acme')).toBeVisible();
});

test('a page whose API was down recovers by itself', async ({ page }) => {
  await page.route(PROXY, (route) => route.abort());
  await page.goto(`${places().demo}${APP}/models`);
  await expect(failure(page)).toContainText('The usage API does not answer');
  await page.unroute(PROXY);
  await expect(page.getByRole('row', { name: /gpt-6-sol/ })).toBeVisible({ timeout: 30_000 });
});

test('older numbers stay and are marked when newer ones cannot be had', async ({ page }) => {
  await open(page, `${places().demo}${APP}/models?from=now-7d&to=now`);
  const row = page.getByRole('row', { name: /gpt-6-sol/ });
  await expect(row).toBeVisible();
  // Within ten seconds a refresh is the same question.
  await page.waitForTimeout(10_100);
  await page.route(PROXY, problem(500, 'its log says why'));
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByText('not up to date').first()).toBeVisible();
  await expect(row).toBeVisible();
});

test('while a page waits it keeps the place of what will come', async ({ page }) => {
  await page.route(PROXY, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await route.continue();
  });
  await page.goto(`${places().demo}${APP}/overview`);
  await expect(page.getByTestId('data-testid loading').first()).toBeVisible();
  await settled(page);
});

test('an admin without a configuration is led to it', async ({ page, complaints }) => {
  for (const name of PAGES) {
    await page.goto(`${places().unset}${APP}/${name}`);
    await expect(page.getByText('The usage API is not set up yet')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Open the configuration' })).toHaveAttribute(
      'href',
      '/plugins/costspan-usage-app',
    );
  }
  expect(complaints).toEqual([]);
});

test('a viewer without a configuration is told to ask an admin', async ({ page }) => {
  await page.goto(`${places().unsetViewer}${APP}/overview`);
  await expect(page.getByText(/Ask an admin to open the configuration/)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Open the configuration' })).toHaveCount(0);
});

test('a wrong token and a dead address are told apart, for real', async ({ page }) => {
  await page.goto(`${places().wrongToken}${APP}/overview`);
  await expect(failure(page)).toContainText('does not take the token');
  await page.goto(`${places().down}${APP}/overview`);
  await expect(failure(page)).toContainText('does not answer');
});

test('an empty ledger says how to send the first call', async ({ page, complaints }) => {
  await open(page, `${places().empty}${APP}/overview`);
  await expect(page.getByTestId('data-testid nothing')).toContainText('OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1');
  await open(page, `${places().empty}${APP}/customers`);
  await expect(page.getByTestId('data-testid nothing')).toContainText('withTags');
  await open(page, `${places().empty}${APP}/customers/nobody`);
  await expect(page.getByTestId('data-testid nothing')).toContainText('No calls of nobody');
  // A collector without rules answers 404 where its quotas would be; the page of a customer then leaves them out.
  const others = complaints.splice(0).filter((complaint) => !/^404: .*\/quota\/status$/.test(complaint));
  expect(others).toEqual([]);
});

test('a time without calls offers the time that has some', async ({ page }) => {
  await open(page, `${places().demo}${APP}/overview?from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z`);
  await expect(page.getByText('No calls in this time')).toBeVisible();
  await page.getByRole('button', { name: 'Show all of it' }).click();
  await expect(page.getByTestId('data-testid panel Top customers').getByText('acme')).toBeVisible();
});

test('a search that finds nobody can be taken back', async ({ page }) => {
  await open(page, `${places().demo}${APP}/customers?q=zzz`);
  await page.getByRole('button', { name: 'Remove search and filters' }).click();
  await expect(page.getByRole('link', { name: 'acme' })).toBeVisible();
});

test('a call that is not there is named as such', async ({ page }) => {
  await page.goto(`${places().demo}${APP}/customers/acme/calls/${'0'.repeat(32)}-${'0'.repeat(16)}`);
  await expect(failure(page)).toContainText('There is no such thing');
});

test('amounts that lack unpriced calls say so, and lead to them', async ({ page }) => {
  await open(page, `${places().demo}${APP}/overview`);
  await expect(page.getByTestId('data-testid notices')).toContainText(/Partial: \d+ calls have no price/);
  await page.getByTestId('data-testid notices').getByRole('link').click();
  await expect(page.getByTestId('data-testid panel Calls without a price')).toContainText(
    'the provider reported no counts',
  );
});
