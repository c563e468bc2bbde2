import { expect } from '@grafana/plugin-e2e';
import type { Page } from '@playwright/test';
import { APP, follow, open, PAGES, place, settled, test } from './places.ts';

// The token lives on the server alone: neither what the browser is sent nor what it sends holds it.

test('no page, and neither saving nor testing the configuration, sends or shows the token', async ({ page }) => {
  const key = place('key');
  const seen = recordTraffic(page);
  await open(page, `${place('demo')}${APP}/overview`);
  for (const name of PAGES.slice(1)) {
    await follow(page, `${APP}/${name}`);
    await settled(page);
  }
  await open(page, `${place('demo')}/plugins/costspan-usage-app`);
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.getByText(/API version/)).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  const traffic = await seen();
  expect(traffic.length).toBeGreaterThan(50);
  expect(traffic.filter(({ text }) => text.includes(key)).map(({ what }) => what)).toEqual([]);
  // What is looked for would be found: an amount of the ledger is.
  expect(traffic.some(({ text }) => text.includes('"customer_id":"acme"'))).toBe(true);
});

test.describe('a token that is refused', () => {
  test.use({ refusals: 'expected' });

  test('is in no error text', async ({ page }) => {
    const seen = recordTraffic(page);
    await page.goto(`${place('wrongToken')}${APP}/overview`);
    await expect(page.getByTestId('data-testid failure').first()).toContainText('does not take the token');
    expect((await seen()).filter(({ text }) => text.includes('another-key')).map(({ what }) => what)).toEqual([]);
    await expect(page.locator('body')).not.toContainText('another-key');
  });
});

/** Everything that goes over the wire from now on. @returns what waits for it */
function recordTraffic(page: Page): () => Promise<readonly { readonly what: string; readonly text: string }[]> {
  const traffic: Promise<{ what: string; text: string }>[] = [];
  page.on('request', (request) => {
    traffic.push(
      request.allHeaders().then(
        (headers) => ({
          what: `request ${request.url()}`,
          text: `${request.url()} ${JSON.stringify(headers)} ${request.postData() ?? ''}`,
        }),
        () => ({ what: request.url(), text: '' }),
      ),
    );
  });
  page.on('response', (response) => {
    traffic.push(
      Promise.all([response.allHeaders(), response.text()]).then(
        ([headers, body]) => ({ what: `answer of ${response.url()}`, text: `${JSON.stringify(headers)} ${body}` }),
        // Fonts are no text, and a page that was left has no body any more.
        () => ({ what: response.url(), text: '' }),
      ),
    );
  });
  return () => Promise.all(traffic);
}
