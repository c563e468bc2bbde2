import { formatInstant } from '@costspan/quota';
import { Hono } from 'hono';
import type { z } from 'zod';
import { problem } from '../api/problem.ts';
import type { statusAnswer } from './answer-schemas.ts';

/** What the callers of a collector without quotas are told: it keeps no budget, and decides nothing. */
export function noQuotaRoutes(): Hono {
  const app = new Hono();
  app.get('/status', (context) => {
    const none: z.infer<typeof statusAnswer> = {
      at: formatInstant(Date.now()),
      configured: false,
      burn_at: null,
      budgets: [],
      total: 0,
      not_shown: 0,
      next_cursor: null,
    };
    return context.json(none);
  });
  app.all('/*', () => problem(404, 'no quotas are configured; set quota.rules in costspan.yaml'));
  return app;
}
