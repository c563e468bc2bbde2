import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import { openBuiltPages } from './built-pages.ts';
import { readPageFiles } from './page-files.ts';

/** Where the built pages stand in a package, and in a checkout once they were built. */
const BUILT_PAGES = fileURLToPath(new URL('../../pages/', import.meta.url));

/**
 * What a visitor sees at `/`. It holds no data: everything it shows comes from `/api/v1` with the visitor's own credentials.
 * @param built folder of the built pages: the Grafana app in a page of its own. Where there are none, or with `null`, a
 *   smaller page is served that needs no build.
 */
export function pageRoutes(built: string | null = BUILT_PAGES): Hono {
  return (built === null ? undefined : openBuiltPages(built)) ?? smallPage();
}

/** `/` and what it loads below `/page/`. Files are read once, when this is called. */
function smallPage(): Hono {
  const app = new Hono();
  for (const file of readPageFiles()) {
    app.get(file.path, (context) => {
      const headers = { ...SECURITY_HEADERS, etag: file.etag, 'cache-control': 'no-cache' };
      if (context.req.header('if-none-match') === file.etag) return context.body(null, 304, headers);
      return context.body(file.body, 200, { ...headers, 'content-type': file.contentType });
    });
  }
  return app;
}

/** Only our own files run, and only our own API is asked: a text from a span that looks like a script stays a text. */
const SECURITY_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
