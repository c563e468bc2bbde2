import type { PriceBook } from '@costspan/pricing';
import { CostspanError, InvalidInputError } from '@costspan/usage';
import { Hono } from 'hono';
import { problem } from '../api/problem.ts';
import type { ExportSource } from '../exports/export-source.ts';
import { parseExportQuery } from '../exports/parse-export-query.ts';
import type { Reratings } from './reratings.ts';

/** Prices that may change. */
export interface BookInForce {
  readonly book: PriceBook;
}

export interface ReratingParts {
  readonly source: ExportSource;
  /** Those in force. */
  readonly prices: BookInForce;
  readonly reratings: Reratings;
}

/** Rerating over HTTP. Mounted under `/reratings`; without a directory for layers everything is 404 with what to set. */
export function reratingRoutes(parts: ReratingParts | undefined): Hono {
  const app = new Hono();
  if (parts === undefined) {
    app.all('*', () =>
      problem(404, 'calls are rerated by a collector with a DuckDB ledger in a directory; set `data`'),
    );
    return app;
  }
  const { source, prices, reratings } = parts;
  app.get('/', async (context) => context.json({ reratings: await reratings.layers() }));
  app.post('/', async (context) => {
    const parameters = new URL(context.req.url).searchParams;
    const isDry = parameters.get('dry_run') === 'true';
    parameters.delete('dry_run');
    const { fromUs, toUs, filters } = parseExportQuery(parameters);
    const asOfUs = await source.newestUs();
    try {
      return context.json(await reratings.rerate(source, prices.book, { fromUs, toUs, filters, asOfUs }, isDry));
    } catch (error) {
      if (!(error instanceof CostspanError && error.code === 'RERATING_TOO_LARGE')) throw error;
      return problem(422, error.message, [{ at: 'to', code: error.code, message: error.message }]);
    }
  });
  app.get('/:number/adjustments', async (context) => {
    const text = context.req.param('number');
    if (!/^[1-9]\d{0,8}$/.test(text)) {
      const message = `"${text}" is not the number of a layer`;
      throw new InvalidInputError('RERATING_INVALID', 'rerating', [{ at: 'number', code: 'NUMBER_FORMAT', message }]);
    }
    const number = Number(text);
    const isThere = (await reratings.layers()).some((layer) => layer.number === number);
    if (!isThere) return problem(404, `there is no layer ${number}`);
    return new Response(await reratings.read(number), { headers: { 'content-type': 'application/x-ndjson' } });
  });
  return app;
}
