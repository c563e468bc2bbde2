import { Hono } from 'hono';
import type { ExportSource } from '../exports/export-source.ts';
import { type BookInForce, reratingRoutes } from '../rerating/rerating-routes.ts';
import type { OpenedPeriods } from './open-periods.ts';
import { periodRoutes } from './period-routes.ts';

export interface ClosingParts {
  readonly opened: OpenedPeriods | undefined;
  readonly source: ExportSource | undefined;
  /** Absent where nobody follows prices: then calls are not rerated. */
  readonly prices?: BookInForce;
}

/** `/periods` and `/reratings`. */
export function closingRoutes({ opened, source, prices }: ClosingParts): Hono {
  const canRerate = opened !== undefined && source !== undefined && prices !== undefined;
  const app = new Hono();
  app.route('/periods', periodRoutes(opened?.periods));
  app.route('/reratings', reratingRoutes(canRerate ? { source, prices, reratings: opened.reratings } : undefined));
  return app;
}
