import { expect } from '@grafana/plugin-e2e';
import { APP, open, place, test } from './places.ts';

const PROXY = '/api/plugin-proxy/costspan-usage-app';
const QUESTION = { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z', metrics: ['calls'] };
const DECISION = { request_id: 'role-test', tags: { customer_id: 'acme' }, provider: 'openai', model: 'gpt-4o-mini' };

for (const role of ['viewer', 'editor'] as const) {
  test.describe(role, () => {
    test('reads, and changes no quota', async ({ page }) => {
      const questions = await page.request.post(`${place(role)}${PROXY}/usage/query`, { data: QUESTION });
      expect(questions.status()).toBe(200);
      expect((await page.request.get(`${place(role)}${PROXY}/read/quota/status`)).status()).toBe(200);
      const decision = await page.request.post(`${place(role)}${PROXY}/quota/decisions`, { data: DECISION });
      expect(decision.status()).toBe(403);
    });

    test('sees every page but the configuration', async ({ page }) => {
      await open(page, `${place(role)}${APP}/quotas`);
      const nav = page.getByRole('navigation', { name: 'Pages' });
      await expect(nav.getByRole('link', { name: 'Quotas' })).toBeVisible();
      await expect(nav.getByRole('link', { name: 'Configuration' })).toHaveCount(0);
    });
  });
}

test('an admin may ask for a decision, and is offered the configuration', async ({ page }) => {
  const decision = await page.request.post(`${place('demo')}${PROXY}/quota/decisions`, { data: DECISION });
  // Whether the API takes this very question is its own affair; the proxy lets it through.
  expect([401, 403, 404]).not.toContain(decision.status());
  await open(page, `${place('demo')}${APP}/quotas`);
  await expect(page.getByRole('link', { name: 'Configuration' })).toBeVisible();
});

test('what plugin.json does not name is not forwarded', async ({ page }) => {
  for (const path of ['ingest/v1/traces', 'usage', 'read/../../v1/traces']) {
    const answer = await page.request.put(`${place('demo')}${PROXY}/${path}`, { data: {} });
    expect([404, 405]).toContain(answer.status());
  }
});
