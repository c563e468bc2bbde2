import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { RPC_UNAUTHENTICATED } from './otlp/export-response.ts';
import { isOtlp, refuse } from './receivers/otlp-answer.ts';
import type { SelfMetrics } from './self-metrics.ts';

export const KEY_MISSING = 'send "Authorization: Bearer <key>" with one of the configured ingestKeys';

/** True for the value of an `authorization` header that carries one of the keys; for any when there are none. */
export type KeyCheck = (authorization: string | undefined) => boolean;

export function keyCheck(keys: readonly string[]): KeyCheck {
  const digests = keys.map(digest);
  return (authorization) => digests.length === 0 || isKnown(bearerOf(authorization), digests);
}

/**
 * Lets a request through when it carries one of the keys. Without keys everything passes; such a collector listens on
 * loopback only. OTLP paths are answered with a `google.rpc.Status`, others with a problem document.
 */
export function requireKey(isAllowed: KeyCheck, metrics: SelfMetrics): MiddlewareHandler {
  return async (context, next) => {
    if (isAllowed(context.req.header('authorization'))) return next();
    metrics.add('requestsUnauthorized');
    context.header('www-authenticate', 'Bearer realm="costspan"');
    if (isOtlp(context)) return refuse(context, 401, RPC_UNAUTHENTICATED, KEY_MISSING);
    context.header('content-type', 'application/problem+json');
    const problem = { type: 'about:blank', title: 'Unauthorized', status: 401, detail: KEY_MISSING, errors: [] };
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
