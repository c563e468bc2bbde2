import type { MiddlewareHandler } from 'hono';
import { problem } from '../api/problem.ts';

/**
 * Refuses what a page of another origin sends in a visitor's browser: such a request needs no answer to use up a budget.
 * Programs send no `sec-fetch-site`.
 */
export const refuseOtherPages: MiddlewareHandler = async (context, next) => {
  const site = context.req.header('sec-fetch-site');
  if (context.req.method === 'GET' || site === undefined || site === 'same-origin' || site === 'none') return next();
  return problem(400, 'pages of other origins may not ask for quotas; ask from a server');
};
