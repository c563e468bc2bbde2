import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Hono } from 'hono';

/** `files.json` of the built pages: what there is, and what the browser may load. */
interface BuiltPages {
  readonly policy: string;
  readonly files: readonly BuiltFile[];
}

interface BuiltFile {
  /** Below the folder, and below `/` of the collector. */
  readonly path: string;
  readonly type: string;
  /** Strong: changes with every byte of the body. */
  readonly etag: string;
  /** Packed copies beside the file, the smallest first. */
  readonly encodings: readonly Encoding[];
}

type Encoding = 'br' | 'gzip';

const ENDINGS: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' };

/**
 * The Grafana app in its host page, as `build/assemble-pages.ts` of the app put it into a folder; `undefined` when the
 * folder holds none. Only files of the list are served. Addresses of pages inside the app are answered with the host page.
 */
export function openBuiltPages(folder: string): Hono | undefined {
  const list = join(folder, 'files.json');
  if (!existsSync(list)) return undefined;
  const { policy, files } = JSON.parse(readFileSync(list, 'utf8')) as BuiltPages;
  const host = files.find(({ path }) => path === 'index.html');
  if (host === undefined) return undefined;
  const headers = {
    'content-security-policy': policy,
    'cache-control': 'no-cache',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    vary: 'accept-encoding',
  };
  const serve = async ({ path, type, etag, encodings }: BuiltFile, request: Request): Promise<Response> => {
    const known = { ...headers, etag };
    if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers: known });
    const encoding = encodings.find((one) => accepts(request.headers.get('accept-encoding') ?? '', one));
    const body = await readFile(join(folder, encoding === undefined ? path : `${path}${ENDINGS[encoding]}`));
    const packed = encoding === undefined ? {} : { 'content-encoding': encoding };
    return new Response(new Uint8Array(body), { headers: { ...known, ...packed, 'content-type': type } });
  };
  const app = new Hono();
  for (const file of files) if (file !== host) app.get(`/${file.path}`, (context) => serve(file, context.req.raw));
  for (const path of ['/', '/a/*']) app.get(path, (context) => serve(host, context.req.raw));
  return app;
}

function accepts(header: string, encoding: Encoding): boolean {
  return header
    .split(',')
    .map((part) => part.trim().split(/\s*;\s*/))
    .some(([name, weight]) => name === encoding && !/^q=0(\.0*)?$/.test(weight ?? ''));
}
