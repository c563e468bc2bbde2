import { expect } from '@grafana/plugin-e2e';
import { open, place, test } from './places.ts';

const PATH = '/plugins/costspan-usage-app';

test('a new token is sent once, and a token that was not touched is not', async ({ page, complaints }) => {
  await open(page, `${place('demo')}${PATH}`);
  await expect(page.getByRole('textbox', { name: 'Token' })).toBeDisabled();
  const save = () => page.waitForRequest((request) => request.url().endsWith('/settings'));
  let saved = save();
  await page.getByRole('button', { name: 'Save' }).click();
  expect(Object.keys((await saved).postDataJSON() as object)).not.toContain('secureJsonData');
  await page.getByRole('button', { name: 'Reset' }).click();
  await page.getByLabel('Token').fill('new-token');
  saved = save();
  await page.getByRole('button', { name: 'Save' }).click();
  const body = (await saved).postDataJSON() as { jsonData: object; secureJsonData: object };
  expect(body.secureJsonData).toEqual({ apiToken: 'new-token' });
  expect(JSON.stringify(body.jsonData)).not.toContain('new-token');
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await expect(page.getByText('new-token')).toHaveCount(0);
  expect(complaints).toEqual([]);
});

test('an address that cannot work is told why and is not saved', async ({ page }) => {
  await open(page, `${place('unset')}${PATH}`);
  const address = page.getByLabel('Address');
  for (const [typed, why] of [
    ['costspan:4318', 'http:// or https://'],
    ['http://me:secret@costspan', 'use the token'],
    ['http://costspan/api/v1', 'Without /api/v1'],
  ] as const) {
    await address.fill(typed);
    await expect(page.getByText(why)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled();
  }
  await address.fill('http://costspan:4318');
  await expect(page.getByRole('button', { name: 'Save' })).toBeEnabled();
});

test('the connection test names the version, and a clock that is wrong', async ({ page }) => {
  await open(page, `${place('demo')}${PATH}`);
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.getByText(/API version \S+\. Its clock and yours agree\./)).toBeVisible();
  await page.clock.setFixedTime(Date.now() + 3_600_000);
  await open(page, `${place('demo')}${PATH}`);
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.getByText('Connected, but the clocks disagree')).toBeVisible();
  await expect(page.getByText(/behind this browser/)).toBeVisible();
});

test.describe('where the API refuses', () => {
  test.use({ refusals: 'expected' });

  test('the connection test says which of the things is wrong', async ({ page }) => {
    for (const [address, title] of [
      [place('wrongToken'), 'The usage API does not take the token'],
      [place('down'), 'The usage API does not answer'],
    ] as const) {
      await open(page, `${address}${PATH}`);
      await page.getByRole('button', { name: 'Test connection' }).click();
      await expect(page.getByText(title)).toBeVisible();
    }
  });
});
