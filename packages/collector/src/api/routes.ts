import { InvalidInputError } from '@costspan/usage';
import { Hono } from 'hono';
import type { Ledger } from '../ledger/ledger.ts';
import { type Say, sayOnStderr } from '../notices.ts';
import { parseCallsQuery } from '../query/parse-calls-query.ts';
import { parseUsageQuery } from '../query/parse-usage-query.ts';
import { openApiDocument } from './openapi.ts';
import { problem, problemOf } from './problem.ts';

/** The questions one may ask the ledger over HTTP; described at `/openapi.json`. Mounted under `/api/v1`. */
export function apiRoutes(ledger: Ledger, say: Say = sayOnStderr): Hono {
  const app = new Hono();
  const document = openApiDocument();

  app.post('/usage/query', async (context) => {
    const query = parseUsageQuery(await readJson(context.req.raw));
    return context.json(await ledger.query(query));
  });

  app.get('/calls', async (context) => {
    const query = parseCallsQuery(new URL(context.req.url).searchParams);
    return context.json(await ledger.calls(query));
  });

  app.get('/calls/:id', async (context) => {
    const id = context.req.param('id');
    const call = await ledger.call(id);
    return call === undefined ? problem(404, `the ledger has no call ${id}`) : context.json(call);
  });

  app.get('/openapi.json', (context) => context.json(document));

  app.all('/usage/query', () => problem(405, 'ask with POST', [], { allow: 'POST' }));
  app.on(['POST', 'PUT', 'PATCH', 'DELETE'], ['/calls', '/calls/:id', '/openapi.json'], () =>
    problem(405, 'ask with GET', [], { allow: 'GET' }),
  );
  app.onError((error, context) => {
    const answer = problemOf(error);
    if (answer.status === 500) say(`${context.req.method} ${context.req.path} failed: ${error.stack ?? error.message}`);
    return answer;
  });
  return app;
}

async function readJson(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch (error) {
    const message = error instanceof SyntaxError ? error.message : 'the body could not be read';
    throw new InvalidInputError('BODY_JSON', 'request', [{ at: 'body', code: 'BODY_JSON', message }]);
  }
}
