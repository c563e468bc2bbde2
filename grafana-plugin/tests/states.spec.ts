import { expect } from '@grafana/plugin-e2e';
import type { Page, Route } from '@playwright/test';
import { APP, follow, open, PAGES, place, settled, test } from './places.ts';

test.use({ refusals: 'expected' });

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
  test(`every page says when ${what}, with a request id, and recovers without a reload`, async ({ page }) => {
    await page.route(PROXY, answer);
    for (const name of PAGES) {
      if (name === PAGES[0]) await page.goto(`${place('demo')}${APP}/${name}`);
      else await follow(page, `${APP}/${name}`);
      await expect(failure(page)).toContainText(title);
      await expect(failure(page)).toContainText(/request [0-9a-f-]{13}/);
    }
    await page.unroute(PROXY);
    // Some failures are asked again by themselves; a person need not wait for that.
    const again = page.getByRole('button', { name: 'Try again' });
    await expect(async () => {
      if ((await again.count()) > 0) await again.first().click({ timeout: 1_000 });
      await expect(failure(page)).toHaveCount(0, { timeout: 2_000 });
    }).toPass();
    await settled(page);
  });
}

test('a failed page is asked again when one asks it to, without a reload', async ({ page }) => {
  await page.route(PROXY, problem(500, 'its log says why'));
  await page.goto(`${place('demo')}${APP}/overview`);
  await expect(failure(page)).toBeVisible();
  await page.unroute(PROXY);
  await page.getByRole('button', { name: 'Try again' }).first().click();
  await expect(page.getByTestId('data-testid panel Top customers').getByText('acme')).toBeVisible();
});

test('a page whose API was down recovers by itself', async ({ page }) => {
  await page.route(PROXY, (route) => route.abort());
  await page.goto(`${place('demo')}${APP}/models`);
  await expect(failure(page)).toContainText('The usage API does not answer');
  await page.unroute(PROXY);
  await expect(page.getByRole('row', { name: /gpt-6-sol/ })).toBeVisible();
});

test('every page keeps its numbers and marks them when newer ones cannot be had', async ({ page }) => {
  await page.clock.install();
  await open(page, `${place('demo')}${APP}/overview?from=now-28d&to=now`);
  for (const name of PAGES) {
    if (name !== 'overview') await follow(page, `${APP}/${name}?from=now-28d&to=now`);
    await settled(page);
    const shown = page.locator('main table, main dl, main canvas, main svg[role=img]').first();
    await expect(shown).toBeVisible();
    // Within ten seconds a refresh is the same question.
    await page.clock.fastForward(11_000);
    await page.route(PROXY, problem(500, 'its log says why'));
    await page.getByRole('button', { name: 'Refresh' }).click();
    await passes(page, () => page.getByText('not up to date').first().isVisible());
    await expect(shown).toBeVisible();
    await page.unroute(PROXY);
  }
});

test('every page keeps the place of what will come, and says when that takes long', async ({ page }) => {
  await page.clock.install();
  for (const [index, name] of PAGES.entries()) {
    // Another time for each, so that none asks what another has asked before it.
    const address = `${APP}/${name}?from=now-${14 + index}d&to=now`;
    let answer: () => void = () => {};
    const allowed = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route(PROXY, async (route) => {
      await allowed;
      await route.continue();
    });
    if (index === 0) await page.goto(`${place('demo')}${address}`);
    else await follow(page, address);
    await expect(page.getByTestId('data-testid loading').first()).toBeVisible();
    await passes(page, () => page.getByTestId('data-testid slow').first().isVisible());
    answer();
    await settled(page);
    await expect(page.getByTestId('data-testid slow')).toHaveCount(0);
    await page.unroute(PROXY);
  }
});

test('a clock that is wrong is said where its numbers are', async ({ page }) => {
  await page.clock.setFixedTime(Date.now() + 3_600_000);
  for (const name of ['overview', 'customers']) {
    await open(page, `${place('demo')}${APP}/${name}`);
    await expect(page.getByTestId('data-testid clock')).toContainText('behind this browser');
  }
  await page.clock.setFixedTime(Date.now());
  await open(page, `${place('demo')}${APP}/overview`);
  await expect(page.getByTestId('data-testid clock')).toHaveCount(0);
});

test('a wrong token and a dead address are told apart, for real', async ({ page }) => {
  await page.goto(`${place('wrongToken')}${APP}/overview`);
  await expect(failure(page)).toContainText('does not take the token');
  await page.goto(`${place('down')}${APP}/overview`);
  await expect(failure(page)).toContainText('does not answer');
});

test('a call that is not there is named as such', async ({ page }) => {
  await page.goto(`${place('demo')}${APP}/customers/acme/calls/${'0'.repeat(32)}-${'0'.repeat(16)}`);
  await expect(failure(page)).toContainText('There is no such thing');
});

/** Lets the page's own clock run in small steps until something holds, however long the machine takes over each. */
async function passes(page: Page, holds: () => Promise<boolean>): Promise<void> {
  await expect(async () => {
    await page.clock.runFor(500);
    expect(await holds()).toBe(true);
  }).toPass();
}
