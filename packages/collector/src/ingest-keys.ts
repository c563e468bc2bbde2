import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { RPC_UNAUTHENTICATED, statusResponse } from './otlp/export-response.ts';
import type { SelfMetrics } from './self-metrics.ts';

const MESSAGE = 'send "Authorization: Bearer <key>" with one of the configured ingestKeys';

/**
 * Lets a request through when it carries one of the keys. Without keys everything passes; such a collector listens on
 * loopback only. OTLP paths are answered with a `google.rpc.Status`, others with a problem document.
 */
export function requireKey(keys: readonly string[], metrics: SelfMetrics): MiddlewareHandler {
  const digests = keys.map(digest);
  return async (context, next) => {
    if (digests.length === 0 || isKnown(bearerOf(context.req.header('authorization')), digests)) return next();
    metrics.add('requestsUnauthorized');
    context.header('www-authenticate', 'Bearer realm="costspan"');
    if (context.req.path.startsWith('/v1/')) {
      const format = context.req.header('content-type')?.startsWith('application/x-protobuf') ? 'protobuf' : 'json';
      context.header('content-type', format === 'json' ? 'application/json' : 'application/x-protobuf');
      return context.body(new Uint8Array(statusResponse(format, RPC_UNAUTHENTICATED, MESSAGE)), 401);
    }
    context.header('content-type', 'application/problem+json');
    const problem = { type: 'about:blank', title: 'Unauthorized', status: 401, detail: MESSAGE, errors: [] };
    return context.body(JSON.stringify(problem), 401);
  };
}

function bearerOf(header: string | undefined): string {
  return /^bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? '';
}

/** Compares digests, which have one length, with every key: the time taken says nothing about any of them. */
function isKnown(key: string, digests: readonly Buffer[]): boolean {
  const sent = digest(key);
  let known = false;
  for (const candidate of digests) known = timingSafeEqual(sent, candidate) || known;
  return known;
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key, 'utf8').digest();
}
