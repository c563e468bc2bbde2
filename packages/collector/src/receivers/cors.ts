import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';

/** How long a browser remembers what it was allowed. Two hours is the most that any of them does. */
const REMEMBERED_S = 7200;

/**
 * Lets pages of the given origins send spans. In an origin `*` stands for any part of a name: `https://*.example.com` is
 * every host below it, and `*` alone is everybody. Without origins nothing is added and preflights are refused.
 */
export function allowOrigins(origins: readonly string[]): MiddlewareHandler | undefined {
  if (origins.length === 0) return undefined;
  const patterns = origins.map(originPattern);
  return cors({
    origin: (origin) => (patterns.some((pattern) => pattern.test(origin)) ? origin : null),
    allowMethods: ['POST'],
    allowHeaders: ['content-type', 'content-encoding', 'authorization', 'traceparent', 'tracestate', 'baggage'],
    exposeHeaders: ['retry-after'],
    maxAge: REMEMBERED_S,
  });
}

/** `*` alone is any origin; elsewhere it does not reach over a `/`, a `:` or the end of the name. */
function originPattern(origin: string): RegExp {
  if (origin === '*') return /^.+$/;
  return new RegExp(`^${origin.split('*').map(escapeText).join('[^/:]+')}$`, 'i');
}

function escapeText(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
