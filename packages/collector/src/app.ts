import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { type GuardParts, guardApi, guardReceiver, SENDERS } from './access/guard.ts';
import { portalPage } from './access/portal-page.ts';
import { guardHost } from './host-guard.ts';
import type { Say } from './notices.ts';
import { RPC_INTERNAL } from './otlp/export-response.ts';
import { EXT_AUTHZ_PATH, requireExtAuthzKey } from './quota/ext-authz.ts';
import { allowOrigins } from './receivers/cors.ts';
import { isOtlp, refuse } from './receivers/otlp-answer.ts';
import { type NodeEnvironment, otlpHttpReceiver, type ReceiverParts } from './receivers/otlp-http.ts';
import { nameOf, nameRequest } from './request-id.ts';

export interface AppParts extends ReceiverParts {
  readonly access: GuardParts;
  /** Origins whose pages may send spans. */
  readonly corsOrigins: readonly string[];
  /** Why the collector is not ready; `undefined` when it is. */
  readonly unreadyReason: () => string | undefined;
  readonly api: Hono;
  /** The questions of another gateway's callers. */
  readonly gateway: Hono;
  readonly page: Hono;
  /** The check that Envoy asks for; absent without quotas. */
  readonly extAuthz?: Hono | undefined;
  readonly say: Say;
}

/** A question to the API is never larger. */
const API_BODY_BYTES_MAX = 1024 * 1024;

const tooLarge = (): Response =>
  problem(413, 'Content Too Large', `the body is larger than ${API_BODY_BYTES_MAX} bytes`);

const limitRead = bodyLimit({ maxSize: API_BODY_BYTES_MAX, onError: tooLarge });

/** The HTTP parser holds a body to the length it states; only one that states none must be counted as it is read. */
const limitBody: MiddlewareHandler = (context, next) => {
  const isStated = Number(context.req.header('content-length')) <= API_BODY_BYTES_MAX;
  return isStated && context.req.header('transfer-encoding') === undefined ? next() : limitRead(context, next);
};

/** Every path of the collector. Liveness, readiness and the page hold no data and need no key. */
export function collectorApp(parts: AppParts): Hono<NodeEnvironment> {
  const { metrics, access } = parts;
  const app = new Hono<NodeEnvironment>();
  const guard = guardApi(access);
  const reading = guardHost(() => access.keys.isProtected);
  const cors = allowOrigins(parts.corsOrigins);
  // Before the keys: a preflight carries none, and a page may read why it was refused.
  if (cors !== undefined) app.use('/v1/*', cors);
  app.use('/v1/*', guardReceiver(access));
  app.use('/api/*', nameRequest, reading, guard, limitBody);
  app.use('/metrics', reading, guard);
  app.get('/healthz', (context) => context.json({ status: 'up' }));
  app.get('/readyz', (context) => {
    const reason = parts.unreadyReason();
    return reason === undefined ? context.json({ status: 'ready' }) : context.json({ status: 'unready', reason }, 503);
  });
  app.get('/metrics', (context) => {
    context.header('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    return context.body(metrics.toPrometheus());
  });
  app.route('/', otlpHttpReceiver(parts));
  app.route('/api/v1', parts.api);
  app.route('/api/svc/v1/llm-gateway', parts.gateway);
  if (parts.extAuthz !== undefined) {
    app.use(
      `${EXT_AUTHZ_PATH}/*`,
      requireExtAuthzKey((header) => access.keys.admits(header, SENDERS)),
    );
    app.route(EXT_AUTHZ_PATH, parts.extAuthz);
  }
  app.route('/portal', portalPage());
  app.route('/', parts.page);
  app.notFound((context) =>
    problem(404, 'Not Found', `there is nothing at ${context.req.path}; see /api/v1/openapi.json`),
  );
  app.onError((error, context) => {
    parts.say(`${nameOf(context)} failed: ${error.stack ?? error.message}`);
    const why = 'the collector could not answer; its log says why';
    return isOtlp(context) ? refuse(context, 500, RPC_INTERNAL, why) : problem(500, 'Internal Server Error', why);
  });
  return app;
}

function problem(status: 404 | 413 | 500, title: string, detail: string): Response {
  const headers = { 'content-type': 'application/problem+json' };
  return Response.json({ type: 'about:blank', title, status, detail, errors: [] }, { status, headers });
}
