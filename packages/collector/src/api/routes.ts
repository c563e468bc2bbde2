import { InvalidInputError } from '@costspan/usage';
import { type ErrorHandler, Hono } from 'hono';
import { type LedgerOf, ledgerOf } from '../access/ledger-of.ts';
import { type CustomerBudgets, readPortalReport } from '../access/portal-report.ts';
import type { AskedLedger } from '../access/scoped-ledger.ts';
import { exportRoutes } from '../exports/export-routes.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Say, sayOnStderr } from '../notices.ts';
import { closingRoutes } from '../periods/closing-routes.ts';
import { privacyRoutes } from '../privacy/privacy-routes.ts';
import { parseCorrelationQuery, readCorrelation } from '../query/correlation.ts';
import { readDrivers } from '../query/drivers.ts';
import { parseOrganisationQuery, readOrganisation } from '../query/organisation.ts';
import { parseCallsQuery } from '../query/parse-calls-query.ts';
import { parseDriversQuery } from '../query/parse-drivers-query.ts';
import { parseUsageQuery } from '../query/parse-usage-query.ts';
import { readFields, readValues } from '../query/read-values.ts';
import { traceTree } from '../query/trace-tree.ts';
import { noQuotaRoutes } from '../quota/no-quota-routes.ts';
import { nameOf } from '../request-id.ts';
import { readFederatedUsage } from '../residency/federated-usage.ts';
import { openApiDocument } from './openapi.ts';
import { problem, problemOf } from './problem.ts';
import { answerMetricsQuery } from './truefoundry/metrics-query.ts';

/** The questions one may ask the ledger over HTTP; described at `/openapi.json`. Mounted under `/api/v1`. */
export function apiRoutes(
  ledger: Ledger,
  say: Say = sayOnStderr,
  quota: Hono = noQuotaRoutes(),
  budgetsOf: CustomerBudgets = async () => [],
  privacy: Hono = privacyRoutes(undefined),
  closing: Hono = closingRoutes({ opened: undefined, source: undefined }),
  regions: ReadonlyMap<string, AskedLedger> = new Map(),
): Hono {
  const exports = exportRoutes(ledger.exports).route('/', closing);
  return routesOf(ledgerOf(ledger), exports, say, quota, budgetsOf, privacy, regions);
}

/** They are given no ledger: what they ask is what the key of the request may see. */
function routesOf(
  ledgerOf: LedgerOf,
  exports: Hono,
  say: Say,
  quota: Hono,
  budgetsOf: CustomerBudgets,
  privacy: Hono,
  regions: ReadonlyMap<string, AskedLedger>,
): Hono {
  const app = new Hono();
  const document = openApiDocument();

  app.post('/usage/query', async (context) => {
    const query = parseUsageQuery(await readJson(context.req.raw));
    return context.json(await ledgerOf(context).query(query));
  });

  app.post('/usage/drivers', async (context) => {
    const query = parseDriversQuery(await readJson(context.req.raw));
    return context.json(await readDrivers(ledgerOf(context), query));
  });

  app.post('/usage/organisation', async (context) => {
    const query = parseOrganisationQuery(await readJson(context.req.raw));
    return context.json(await readOrganisation(ledgerOf(context), query));
  });

  app.post('/usage/correlation', async (context) => {
    const query = parseCorrelationQuery(await readJson(context.req.raw));
    return context.json(await readCorrelation(ledgerOf(context), query));
  });

  app.post('/residency/query', async (context) => {
    const query = parseUsageQuery(await readJson(context.req.raw));
    return context.json(await readFederatedUsage(new Map([['here', ledgerOf(context)], ...regions]), query));
  });

  app.get('/usage/fields', async (context) =>
    context.json(await readFields(ledgerOf(context), parametersOf(context.req.url))),
  );

  app.get('/usage/values', async (context) =>
    context.json(await readValues(ledgerOf(context), parametersOf(context.req.url))),
  );

  app.get('/traces/:trace_id', async (context) => {
    const id = context.req.param('trace_id').toLowerCase();
    const spans = await ledgerOf(context).trace(id);
    return spans === undefined ? problem(404, `the ledger has no trace ${id}`) : context.json(traceTree(id, spans));
  });

  app.get('/calls', async (context) => {
    const query = parseCallsQuery(parametersOf(context.req.url));
    return context.json(await ledgerOf(context).calls(query));
  });

  app.get('/calls/:id', async (context) => {
    const id = context.req.param('id');
    const call = await ledgerOf(context).call(id);
    return call === undefined ? problem(404, `the ledger has no call ${id}`) : context.json(call);
  });

  app.get('/portal/report', async (context) => {
    const customers = context.get('principal')?.customers;
    return context.json(await readPortalReport(ledgerOf(context), budgetsOf, customers, parametersOf(context.req.url)));
  });

  app.route('/', exports);
  app.route('/quota', quota);
  app.route('/privacy', privacy);

  app.get('/openapi.json', (context) => context.json(document));

  app.all('/usage/query', askWith('POST'));
  app.all('/usage/drivers', askWith('POST'));
  app.all('/usage/organisation', askWith('POST'));
  app.all('/usage/correlation', askWith('POST'));
  app.all('/residency/query', askWith('POST'));
  app.on(
    ['POST', 'PUT', 'PATCH', 'DELETE'],
    [
      '/usage/fields',
      '/usage/values',
      '/usage/export',
      '/traces/:trace_id',
      '/calls',
      '/calls/:id',
      '/portal/report',
      '/openapi.json',
    ],
    askWith('GET'),
  );
  app.onError(answerError(say));
  return app;
}

/**
 * TrueFoundry's question about metrics, for callers that ask it already. Mounted under `/api/svc/v1/llm-gateway`.
 * What it cannot mean here is a 400 that names the place.
 */
export function truefoundryRoutes(ledger: Ledger, say: Say = sayOnStderr): Hono {
  const app = new Hono();
  const asked = ledgerOf(ledger);
  app.post('/metrics/query', async (context) =>
    context.json(await answerMetricsQuery(asked(context), await readJson(context.req.raw))),
  );
  app.all('/metrics/query', askWith('POST'));
  app.onError(answerError(say));
  return app;
}

function askWith(method: 'GET' | 'POST'): () => Response {
  return () => problem(405, `ask with ${method}`, [], { allow: method });
}

function answerError(say: Say): ErrorHandler {
  return (error, context) => {
    const answer = problemOf(error);
    if (answer.status === 500) say(`${nameOf(context)} failed: ${error.stack ?? error.message}`);
    return answer;
  };
}

function parametersOf(url: string): URLSearchParams {
  return new URL(url).searchParams;
}

async function readJson(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch (error) {
    const message = error instanceof SyntaxError ? error.message : 'the body could not be read';
    throw new InvalidInputError('BODY_JSON', 'request', [{ at: 'body', code: 'BODY_JSON', message }]);
  }
}
