import { randomUUID } from 'node:crypto';
import type { QuotaRequest } from '@costspan/quota';
import { type Finding, InvalidInputError, isObject } from '@costspan/usage';
import { Hono, type MiddlewareHandler } from 'hono';
import type { KeyCheck } from '../access/key-check.ts';
import { problemOf } from '../api/problem.ts';
import type { Say } from '../notices.ts';
import { parseDecision } from './decision-request.ts';
import type { QuotaService } from './open-quota.ts';
import { decisionResponse, localeOf } from './quota-routes.ts';

/** Where Envoy's `path_prefix` points; the path of the call itself follows. */
export const EXT_AUTHZ_PATH = '/envoy/ext_authz';

/** Largest body that is looked into for the model and its bounds; Envoy sends one only where it is told to. */
const BODY_BYTES_MAX = 1024 * 1024;

/**
 * The HTTP service of Envoy's `ext_authz` filter: it asks with the method, path and allowed headers of the call, and a 200
 * lets the call pass. Whose call it is stands in `x-costspan-tags` (JSON) or in a gateway's `x-tfy-metadata`; its model in
 * `x-costspan-model`, or in the body where Envoy sends it.
 */
export function extAuthzRoutes({ desk, config }: QuotaService, say: Say): Hono {
  const app = new Hono();
  app.all('/*', async (context) => {
    const { headers } = context.req.raw;
    const { request, locale } = parseCheck(headers, await bodyOf(context.req.raw));
    const nowMs = Date.now();
    // Envoy can hand headers on: to the provider, to the caller, or to its log.
    const named = { 'x-costspan-decision-id': request.id };
    return decisionResponse(context, await desk.reserve(request, nowMs), nowMs, locale, config.budgetStatus, named);
  });
  app.onError((error, context) => {
    const answer = problemOf(error);
    if (answer.status === 500) say(`${context.req.method} ${context.req.path} failed: ${error.stack ?? error.message}`);
    return answer;
  });
  return app;
}

/** The caller's `authorization` is for the provider, so ours comes in a header of its own. */
export function requireExtAuthzKey(isAllowed: KeyCheck): MiddlewareHandler {
  return async (context, next) => {
    const key = context.req.header('x-costspan-key');
    if (isAllowed(key === undefined ? undefined : `Bearer ${key}`)) return next();
    const detail = 'let Envoy add the header x-costspan-key with one of ingestKeys, or a key of the role ingest';
    const body = { type: 'about:blank', title: 'Unauthorized', status: 401, detail, errors: [] };
    return Response.json(body, { status: 401, headers: { 'content-type': 'application/problem+json' } });
  };
}

function parseCheck(
  headers: Headers,
  body: Readonly<Record<string, unknown>>,
): { request: QuotaRequest; locale: 'en' | 'ar' } {
  const tags = { ...jsonHeader(headers, 'x-tfy-metadata'), ...jsonHeader(headers, 'x-costspan-tags') };
  const provider = headers.get('x-costspan-provider') ?? headers.get('x-tfy-provider-name');
  const model = headers.get('x-costspan-model') ?? (typeof body['model'] === 'string' ? body['model'] : '');
  if (model === '') {
    const message = 'no model: send x-costspan-model, or let Envoy send the body (with_request_body)';
    throw new InvalidInputError('DECISION_INVALID', 'ext_authz', [
      { at: 'x-costspan-model', code: 'MISSING', message },
    ]);
  }
  const bound = body['max_completion_tokens'] ?? body['max_output_tokens'] ?? body['max_tokens'];
  const content = body['messages'] ?? body['input'] ?? body['contents'] ?? body['prompt'];
  const size = {
    ...(Number.isSafeInteger(bound) && (bound as number) >= 0 ? { max_tokens: bound } : {}),
    ...(content === undefined ? {} : { input_bytes: Buffer.byteLength(JSON.stringify(content)) }),
  };
  return parseDecision(
    { id: idOf(headers), model, tags, size, ...(provider === null ? {} : { provider }) },
    localeOf(headers.get('accept-language') ?? undefined),
  );
}

/** The id by which the span of the call settles what is held; else one that nobody settles, and the lease runs out. */
function idOf(headers: Headers): string {
  const own = headers.get('x-costspan-call-id');
  if (own !== null && own !== '') return own.slice(0, 200);
  const [, traceId, spanId] =
    /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(headers.get('traceparent') ?? '') ?? [];
  return traceId === undefined ? randomUUID() : `${traceId}-${spanId}`;
}

function jsonHeader(headers: Headers, name: string): Readonly<Record<string, unknown>> {
  const text = headers.get(name);
  if (text === null || text === '') return {};
  const value = parsed(text);
  if (isObject(value)) return value;
  const finding: Finding = { at: name, code: 'TAGS_FORMAT', message: 'must be a JSON object of key: text' };
  throw new InvalidInputError('TAGS_INVALID', 'ext_authz', [finding]);
}

/** A body that is no JSON, or that Envoy has cut, says nothing. */
async function bodyOf(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const length = Number(request.headers.get('content-length') ?? 0);
  if (!(length > 0) || length > BODY_BYTES_MAX) return {};
  const value = parsed(await request.text());
  return isObject(value) ? value : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
