import { readFileSync } from 'node:fs';
import { parseTagGlossary } from '@costspan/usage';
import { expect, test } from 'vitest';
import { apiPage, PAGE_EXAMPLES } from '../../build/api-page.ts';
import { openReferenceLedger } from '../ledger/reference-ledger.contract.ts';
import { Privacy } from '../privacy/privacy.ts';
import { privacyRoutes } from '../privacy/privacy-routes.ts';
import { METRICS } from '../query/metrics.ts';
import { decisionExample } from '../quota/examples.ts';
import { openTestQuota } from '../quota/test-quota.contract.ts';
import { SelfMetrics } from '../self-metrics.ts';
import { apiRoutes, truefoundryRoutes } from './routes.ts';

const page = readFileSync(new URL('../../../../docs/api.md', import.meta.url), 'utf8');

test('docs/api.md is what the OpenAPI document says; npm run api:docs writes it', () => {
  expect(page).toBe(apiPage());
});

test('every example of the page is answered', async () => {
  const ledger = openReferenceLedger(() => Date.UTC(2026, 10, 23) * 1000);
  const quota = await openTestQuota(ledger, 'rules: [{ id: all, limits: [{ cost: "5", per: day }] }]');
  const examples = [...page.matchAll(/curl -s http:\/\/127\.0\.0\.1:4318(\S+) .*? -d '([^']+)'/gs)];
  expect(examples.map(([, path, body]) => [path, JSON.parse(body as string)])).toEqual(PAGE_EXAMPLES);
  const glossary = parseTagGlossary({ tags: {} }, 'tags');
  const privacy = new Privacy({ glossary, subjectsMax: 1 }, ':memory:', new SelfMetrics());
  for (const [, path, body] of examples) {
    const routes =
      path?.startsWith('/api/v1') === true
        ? apiRoutes(
            ledger,
            undefined,
            quota.routes(() => {}),
            undefined,
            privacyRoutes(privacy),
          )
        : truefoundryRoutes(ledger);
    const own = (path as string).replace('{id}', decisionExample.id).replace(/^\/api\/(v1|svc\/v1\/llm-gateway)/, '');
    const { status } = await routes.request(own, { method: 'POST', body: body as string });
    expect([path, status]).toEqual([path, 200]);
  }
  await quota.close();
});

test('the page names every metric that is no meter', () => {
  for (const metric of METRICS.filter((name) => /cost|_ms_|rate|share/.test(name)))
    expect(page).toContain(`\`${metric}\``);
});
