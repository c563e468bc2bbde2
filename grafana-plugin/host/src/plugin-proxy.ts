import { storedKey } from './key-choice.ts';

/** Where the plugin's proxy routes lead, by route name; empty when the server behind this page plays Grafana's proxy itself. */
let routes: ReadonlyMap<string, string> = new Map();
let prefix = '';

interface Route {
  readonly path: string;
  readonly url: string;
}

/** Sends what the plugin asks of its data proxy straight to the API that serves this page. */
export function answerProxyFromHere(pluginId: string, all: readonly Route[]): void {
  prefix = `/api/plugin-proxy/${pluginId}/`;
  routes = new Map(all.map(({ path, url }) => [path, url.replace(/^\{\{\s*\.JsonData\.apiUrl\s*\}\}/, '')]));
}

/** True for questions that this page asks the API itself, with a key of the visitor's own. */
export function isDirect(url: string): boolean {
  return routes.size > 0 && `/${url.replace(/^\//, '')}`.startsWith(prefix);
}

/** The address to ask instead of `url`, and what must go with the question. */
export function proxied(url: string): { readonly url: string; readonly headers: Readonly<Record<string, string>> } {
  if (routes.size === 0 || !url.startsWith(prefix)) return { url, headers: {} };
  const [name = ''] = url.slice(prefix.length).split(/[/?]/, 1);
  const target = routes.get(name);
  if (target === undefined) return { url, headers: {} };
  const key = storedKey();
  return {
    url: `${target}${url.slice(prefix.length + name.length)}`,
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
  };
}
