import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';

const FILES: Readonly<Record<string, { readonly file: URL; readonly type: string }>> = {
  '/': { file: new URL('../../portal/index.html', import.meta.url), type: 'text/html; charset=utf-8' },
  '/portal.js': { file: new URL('../../portal/portal.js', import.meta.url), type: 'text/javascript; charset=utf-8' },
  '/portal.css': { file: new URL('../../portal/portal.css', import.meta.url), type: 'text/css; charset=utf-8' },
};

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-cache',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The page of one customer at `/portal`. It holds no data: it asks the API with the key that the visitor brings. */
export function portalPage(): Hono {
  const app = new Hono();
  for (const [path, { file, type }] of Object.entries(FILES)) {
    app.get(path, async (context) => {
      const body = await readFile(file, 'utf8');
      return context.body(body, 200, { ...HEADERS, 'content-type': type });
    });
  }
  return app;
}
