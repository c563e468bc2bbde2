import { isIP } from 'node:net';
import type { MiddlewareHandler } from 'hono';

/**
 * Refuses requests for a host name that somebody else could own. A web page can point its own name at 127.0.0.1 and then
 * read, from the visitor's browser, whatever answers there without asking for a key (DNS rebinding). Addresses,
 * `localhost` and the reserved `.localhost` and `.internal` names cannot be taken over so. With keys nothing is checked.
 */
export function guardHost(isProtected: () => boolean): MiddlewareHandler {
  return async (context, next) => {
    if (isProtected() || isOurName(context.req.header('host') ?? '')) return next();
    const detail =
      'without keys this collector answers only to addresses, localhost, *.localhost and *.internal; ask it by one of these, or make a key (costspan keys create) or set ingestKeys';
    context.header('content-type', 'application/problem+json');
    return context.body(
      JSON.stringify({ type: 'about:blank', title: 'Misdirected Request', status: 421, detail, errors: [] }),
      421,
    );
  };
}

/** `host` is a `Host` header: a name or address, IPv6 in brackets, with or without a port. */
export function isOurName(host: string): boolean {
  const name = host
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  return isIP(name) !== 0 || name === 'localhost' || /\.(localhost|internal)$/.test(name);
}
