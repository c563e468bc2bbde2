import { expect } from '@grafana/plugin-e2e';
import { APP, place, test } from './places.ts';

// How long a page takes is said and not asserted: this machine may be doing something else. `npm run bench first-page` tells it again.

test('the first page of ten thousand customers comes as that of thirteen does', async ({ page }) => {
  const times: Record<string, number> = {};
  for (const where of ['demo', 'many', 'demo', 'many'] as const) {
    const startedAtMs = performance.now();
    await page.goto(`${place(where)}${APP}/customers`);
    await expect(page.locator('tbody tr').first()).toBeVisible();
    const ms = performance.now() - startedAtMs;
    times[where] = Math.min(times[where] ?? ms, ms);
    if (where === 'many') await expect(page.locator('tbody tr')).toHaveCount(25);
  }
  const { demo = 0, many = 0 } = times;
  const said = `10,000 customers: ${Math.round(many)} ms to the first rows, ${(many / demo).toFixed(2)} × that of 13 customers`;
  test.info().annotations.push({ type: 'time', description: said });
  process.stdout.write(`${said}\n`);
});
