import { Hono } from 'hono';
import { problem } from '../api/problem.ts';

/** What the callers of a collector without quotas are told. */
export function noQuotaRoutes(): Hono {
  const app = new Hono();
  app.all('/*', () => problem(404, 'no quotas are configured; set quota.rules in costspan.yaml'));
  return app;
}
