import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import { BuiltPages } from './built-pages.ts';
import { waitingPage } from './waiting-page.ts';

/** Where the built pages stand in a package, and in a checkout once they were built. */
const BUILT_PAGES = fileURLToPath(new URL('../../pages/', import.meta.url));

/**
 * What a visitor sees at `/`: the Grafana app in a page of its own. It holds no data: everything it shows comes from
 * `/api/v1` with the visitor's own credentials. Pages that are built, or built anew, while the collector runs are served from then on.
 * @param folder of the built pages. As long as it holds none, a page says so and waits for them.
 */
export function pageRoutes(folder: string = BUILT_PAGES): Hono {
  const pages = new BuiltPages(folder);
  const app = new Hono();
  app.get('*', async (context, next) => {
    const { path } = context.req;
    const isHost = path === '/' || path.startsWith('/a/');
    const file = pages.find(isHost ? '/index.html' : path);
    if (file !== undefined) return pages.serve(file, context.req.raw);
    return isHost ? waitingPage(pages.news()) : next();
  });
  return app;
}
