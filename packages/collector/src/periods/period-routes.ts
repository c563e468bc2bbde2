import { FOCUS_VERSIONS, type FocusVersion } from '@costspan/pricing';
import { CostspanError, InvalidInputError } from '@costspan/usage';
import { type Context, Hono } from 'hono';
import { problem } from '../api/problem.ts';
import { type Month, parseMonth } from './month.ts';
import type { Periods } from './periods.ts';

const REFUSALS: ReadonlySet<string> = new Set([
  'PERIOD_OPEN',
  'PERIOD_ORDER',
  'PERIOD_DELETED',
  'PERIOD_TOO_LARGE',
  'PERIOD_RULES',
]);

/** Closing months over HTTP. Mounted under `/periods`; without a directory for statements everything is 404 with what to set. */
export function periodRoutes(periods: Periods | undefined): Hono {
  const app = new Hono();
  if (periods === undefined) {
    app.all('*', () => problem(404, 'months are closed where the ledger is a DuckDB in a directory; set `data`'));
    return app;
  }
  app.get('/', async (context) => context.json({ periods: (await periods.closed()).map(({ facts }) => facts) }));
  app.post('/:month/close', async (context) => {
    const month = monthOf(context);
    const version = versionOf(context);
    try {
      return context.json(await periods.close(month, version, context.req.query('dry_run') === 'true'));
    } catch (error) {
      if (!(error instanceof CostspanError && REFUSALS.has(error.code))) throw error;
      return problem(422, error.message, [{ at: 'month', code: error.code, message: error.message }]);
    }
  });
  app.get('/:month/statement', async (context) => {
    const month = monthOf(context);
    const closed = await periods.find(month);
    if (closed === undefined) return problem(404, `${month.label} is not closed`);
    const bytes = await periods.read(closed).catch((error: unknown) => {
      if (error instanceof CostspanError) return error;
      throw error;
    });
    if (bytes instanceof CostspanError) {
      return problem(500, bytes.message, [{ at: 'month', code: bytes.code, message: bytes.message }]);
    }
    return new Response(bytes, {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="costspan-statement-${month.label}.csv"`,
        'costspan-sha256': closed.facts.sha256,
        etag: `"${closed.facts.sha256}"`,
      },
    });
  });
  return app;
}

function monthOf(context: Context): Month {
  const text = context.req.param('month') ?? '';
  const month = parseMonth(text);
  if (month !== undefined) return month;
  const message = `"${text}" is not a month such as 2026-10`;
  throw new InvalidInputError('PERIOD_INVALID', 'period', [{ at: 'month', code: 'MONTH_FORMAT', message }]);
}

function versionOf(context: Context): FocusVersion {
  const text = context.req.query('version') ?? '1.2';
  const version = FOCUS_VERSIONS.find((known) => known === text);
  if (version !== undefined) return version;
  const message = `"${text}" is not one of ${FOCUS_VERSIONS.join(', ')}`;
  throw new InvalidInputError('PERIOD_INVALID', 'period', [{ at: 'version', code: 'VALUE_UNKNOWN', message }]);
}
