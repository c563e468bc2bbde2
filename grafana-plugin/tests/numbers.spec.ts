import { readFile } from 'node:fs/promises';
import { expect } from '@grafana/plugin-e2e';
import { sumOf } from '../src/domain/money.ts';
import { APP, ask, open, place, test } from './places.ts';

const day = 86_400_000;
const midnight = Math.floor(Date.now() / day) * day;
const period = { from: String(midnight - 28 * day), to: String(midnight) };
const asked = { from: new Date(midnight - 28 * day).toISOString(), to: new Date(midnight).toISOString() };
const address = (page: string, more: Record<string, string> = {}) =>
  `${APP}/${page}?${new URLSearchParams({ ...period, ...more })}`;

test('the totals of the overview are those of the ledger, to the last digit', async ({ page }) => {
  const { total } = await ask(place('api'), 'usage/query', {
    ...asked,
    metrics: ['cost', 'calls', 'tokens', 'customers'],
  });
  await open(page, `${place('demo')}${address('overview')}`);
  const exact = (label: string) =>
    page
      .locator('dl > div', { has: page.locator(`dt:text-is("${label}")`) })
      .locator('dd')
      .first();
  await expect(exact('Spend')).toHaveAttribute('title', `$${total['cost']}`);
  await expect(exact('Calls')).toHaveAttribute('title', Number(total['calls']).toLocaleString('en-US'));
  await expect(exact('Tokens')).toHaveAttribute('title', Number(total['tokens']).toLocaleString('en-US'));
  await expect(exact('Active customers')).toHaveText(String(total['customers']));
});

test('a thousand customers of ten thousand cost on the page what they cost in the ledger', async ({ page }) => {
  const { rows } = await ask(place('manyApi'), 'usage/query', {
    ...asked,
    metrics: ['cost'],
    groupBy: ['customer_id'],
    filters: [{ field: 'customer_id', op: 'exists' }],
    orderBy: { field: 'cost', direction: 'desc' },
    limit: 1000,
    fold: false,
  });
  await open(page, `${place('many')}${address('customers')}`);
  const shown: [string, string][] = [];
  while (shown.length < 1000) {
    await expect(page.getByTestId('data-testid panel Customers by spend')).toHaveAttribute('aria-busy', 'false');
    const cells = await page
      .locator('tbody tr')
      .evaluateAll((lines) =>
        lines.map((line): [string, string] => [
          line.querySelector('th')?.textContent ?? '',
          line.querySelector('td[data-column=cost]')?.getAttribute('title') ?? '',
        ]),
      );
    shown.push(...cells);
    const first = cells[0]?.[0] ?? '';
    await page.getByRole('button', { name: 'Next' }).click();
    await expect(page.locator('tbody th').first()).not.toHaveText(first);
  }
  const wanted = rows.map((row): [string, string] => [String(row['customer_id']), dollars(String(row['cost']))]);
  expect(shown.slice(0, 1000)).toEqual(wanted);
});

test('what is exported is what is shown, and adds up to the total of the ledger', async ({ page }) => {
  await open(page, `${place('demo')}${address('explore', { by: 'customer_id,model', top: '50' })}`);
  const { total } = await ask(place('api'), 'usage/query', { ...asked, metrics: ['cost'] });
  const table = page.getByTestId('data-testid panel Customer × Model');
  const files: Record<string, string> = {};
  for (const kind of ['CSV', 'JSON']) {
    await table.getByRole('button', { name: 'Export' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: kind }).click();
    files[kind] = await readFile(await (await download).path(), 'utf8');
  }
  const rows = JSON.parse(files['JSON'] ?? '') as { cost: string | null }[];
  expect(sumOf(rows.map(({ cost }) => cost ?? '0'))).toBe(total['cost']);
  const [head, ...lines] = (files['CSV'] ?? '').trim().split('\r\n');
  expect(head).toBe('customer_id,model,cost,calls');
  expect(sumOf(lines.map((line) => line.split(',')[2] || '0'))).toBe(total['cost']);
  await expect(table.locator('tbody tr')).toHaveCount(rows.length);
});

test('a call without a price is never shown as free', async ({ page }) => {
  await open(page, `${place('demo')}${address('data-quality')}`);
  const table = page.getByTestId('data-testid panel Calls without a price');
  await expect(table.locator('tbody tr').first()).toBeVisible();
  await expect(table).not.toContainText('$0');
  await open(page, `${place('demo')}${address('models')}`);
  const failing = page.getByRole('row', { name: /^gpt-5\.5 / });
  await expect(failing.locator('td').first()).toHaveText('—');
});

test('the lines of a call add up to its cost, and it names the card and version', async ({ page }) => {
  await open(page, `${place('demo')}${address('customers/acme')}`);
  await page
    .getByTestId('data-testid panel Calls')
    .getByRole('row', { name: /gpt-6-sol/ })
    .filter({ hasText: '$' })
    .first()
    .getByRole('link')
    .click();
  const cost = page.getByTestId('data-testid panel Cost');
  await expect(cost.locator('tfoot')).toBeVisible();
  const amounts = (await cost.locator('tbody tr td:last-child').allInnerTexts()).map((text) => text.replace('$', ''));
  await expect(cost.locator('tfoot td').last()).toHaveText(dollars(sumOf(amounts)));
  await expect(cost.getByText(/Priced by openai\/gpt-6-sol \(base, version [0-9a-f]{12}\)/)).toBeVisible();
});

test('the parts of a change add up to it exactly', async ({ page }) => {
  const { change } = await ask<{ readonly change: string }>(place('api'), 'usage/drivers', {
    ...asked,
    timezone: 'Europe/Berlin',
  });
  await open(page, `${place('demo')}${address('overview')}`);
  const panel = page.getByTestId('data-testid panel Why it changed');
  await panel.getByRole('button', { name: 'Show the numbers' }).click();
  const effects = await panel.locator('tbody td').allInnerTexts();
  expect(sumOf(effects.map((text) => text.replace(/[$,]/g, '')))).toBe(change);
});

test('days are those of the viewer, also where the clock changes', async ({ page }) => {
  await open(page, `${place('demo')}${APP}/explore?from=2026-10-24T22:00:00Z&to=2026-10-26T23:00:00Z&grain=day`);
  const question = page.waitForRequest(
    (request) => request.url().includes('/usage/query') && (request.postData() ?? '').includes('"grain"'),
  );
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.reload();
  expect((await question).postDataJSON()).toMatchObject({
    timezone: 'Europe/Berlin',
    grain: 'day',
    from: '2026-10-24T22:00:00.000Z',
    to: '2026-10-26T23:00:00.000Z',
  });
});

/** As the page writes an exact amount. */
function dollars(amount: string): string {
  const [whole = '0', part = ''] = amount.split('.');
  return `$${Number(whole).toLocaleString('en-US')}.${part.padEnd(2, '0')}`;
}
