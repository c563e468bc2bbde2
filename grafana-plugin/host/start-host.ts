import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { POLICY, pageHtml } from './page-html.ts';

export interface HostOptions {
  /** Where `build-host.ts` put the host page. */
  readonly hostDist: string;
  /** Where the built plugin is. */
  readonly pluginDist: string;
  /** `jsonData` of the plugin; its `apiUrl` is where the proxy leads. */
  readonly jsonData: Readonly<Record<string, string>>;
  /** What the proxy puts in the place of `SecureJsonData.apiToken`. */
  readonly apiToken?: string;
  readonly role?: 'Viewer' | 'Editor' | 'Admin';
  readonly timezone?: string;
  readonly language?: string;
  /** Whether a stub stands for every component that Grafana exposes to plugins. Without it there is none. */
  readonly hasExtensions?: boolean;
  readonly port?: number;
}

export interface Host {
  readonly url: string;
  /** Settings that the configuration page has saved, newest last. */
  readonly saved: readonly unknown[];
  close(): Promise<void>;
}

interface Manifest {
  readonly id: string;
  readonly routes: readonly {
    readonly path: string;
    readonly url: string;
    readonly method: string;
    readonly reqRole: string;
    readonly headers: readonly { readonly name: string; readonly content: string }[];
  }[];
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};
const RANKS = ['Viewer', 'Editor', 'Admin'];
const HOME_SCRIPT = '/home.js';
/** Whose libraries these are, for who need not open a page to learn it. */
const VERSION_PATH = '/version';

/** Serves the built plugin in the host page, and plays Grafana's data proxy by the routes of plugin.json. */
export async function startHost(options: HostOptions): Promise<Host> {
  const manifest = JSON.parse(readFileSync(join(options.pluginDist, 'plugin.json'), 'utf8')) as Manifest;
  const saved: unknown[] = [];
  const server = createServer((request, response) => {
    answer(options, manifest, saved, request, response).catch((cause: Error) => {
      response.writeHead(502, { 'content-type': 'application/json' }).end(JSON.stringify({ message: cause.message }));
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, saved, close: () => closed(server) };
}

async function answer(
  options: HostOptions,
  manifest: Manifest,
  saved: unknown[],
  request: IncomingMessage,
  response: ServerResponse,
) {
  const { pathname } = new URL(request.url ?? '/', 'http://host');
  const plugin = `/public/plugins/${manifest.id}/`;
  const proxy = `/api/plugin-proxy/${manifest.id}/`;
  if (pathname === HOME_SCRIPT) return homeScript(response, options);
  if (pathname === VERSION_PATH) {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(versionOf(options));
    return;
  }
  if (pathname.startsWith(plugin)) return file(response, options.pluginDist, pathname.slice(plugin.length));
  if (pathname.startsWith('/host/')) return file(response, options.hostDist, pathname.slice(6));
  if (pathname.startsWith('/public/')) return file(response, options.hostDist, pathname.slice(1));
  if (pathname.startsWith(proxy))
    return forward(options, manifest, (request.url ?? '').slice(proxy.length), request, response);
  if (pathname === `/api/plugins/${manifest.id}/settings` && request.method === 'POST') {
    saved.push(JSON.parse((await bodyOf(request)).toString('utf8')));
    return json(response, 200, { message: 'Plugin settings updated' });
  }
  if (pathname.startsWith('/api/')) return json(response, 404, { message: `the host has no ${pathname}` });
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY };
  response.writeHead(200, headers).end(pathname === '/' ? homeHtml(versionOf(options)) : page(options, manifest.id));
}

async function forward(
  options: HostOptions,
  manifest: Manifest,
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const fits = manifest.routes.filter(({ path }) => target === path || target.startsWith(`${path}/`));
  const route = fits.find(({ method }) => method === request.method);
  if (route === undefined) return json(response, 404, { message: 'plugin proxy route not found' });
  if (RANKS.indexOf(options.role ?? 'Admin') < RANKS.indexOf(route.reqRole))
    return json(response, 403, { message: 'plugin proxy route access denied' });
  const body = await bodyOf(request);
  const { 'content-type': type = 'application/json', 'x-request-id': id = '' } = request.headers;
  const upstream = await fetch(`${filled(route.url, options)}${target.slice(route.path.length)}`, {
    method: route.method,
    headers: {
      'content-type': type,
      'x-request-id': String(id),
      ...Object.fromEntries(route.headers.map(({ name, content }) => [name, filled(content, options)])),
    },
    ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
  });
  const text = await upstream.text();
  response
    .writeHead(upstream.status, { 'content-type': upstream.headers.get('content-type') ?? 'application/json' })
    .end(text);
}

function filled(template: string, { jsonData, apiToken = '' }: HostOptions): string {
  return template
    .replace(/\{\{\s*\.JsonData\.(\w+)\s*\}\}/g, (_, name: string) => jsonData[name] ?? '')
    .replace(/\{\{\s*\.SecureJsonData\.apiToken\s*\}\}/g, apiToken);
}

/** What Grafana's fixtures ask of the home page before every test: which Grafana this is. No page of ours is drawn for that. */
function homeScript(response: ServerResponse, options: HostOptions): void {
  const settings = { buildInfo: { version: versionOf(options) }, namespace: 'default', featureToggles: {} };
  response
    .writeHead(200, { 'content-type': TYPES['.js'] })
    .end(`window.grafanaBootData = ${JSON.stringify({ settings, user: {}, assets: {} })};\n`);
}

function homeHtml(version: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Home</title><link rel="icon" href="data:,">
<script src="${HOME_SCRIPT}"></script></head><body>The host, with the libraries of Grafana ${version}</body></html>`;
}

function versionOf({ hostDist }: HostOptions): string {
  return readFileSync(join(hostDist, 'grafana-version.txt'), 'utf8');
}

function page(options: HostOptions, id: string): string {
  const { jsonData, apiToken, role, timezone, language, hasExtensions } = options;
  const settings = JSON.stringify({ jsonData, secureJsonFields: apiToken === undefined ? {} : { apiToken: true } });
  const facts = {
    'plugin-id': id,
    'grafana-version': versionOf(options),
    settings,
    ...(role === undefined ? {} : { role }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(language === undefined ? {} : { language }),
    ...(hasExtensions === true ? { extensions: '' } : {}),
  };
  return pageHtml(facts);
}

function file(response: ServerResponse, folder: string, path: string): void {
  const target = normalize(join(folder, decodeURIComponent(path)));
  if (!target.startsWith(folder) || !existsSync(target)) {
    json(response, 404, { message: `no file ${path}` });
    return;
  }
  response
    .writeHead(200, { 'content-type': TYPES[extname(target)] ?? 'application/octet-stream' })
    .end(readFileSync(target));
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
