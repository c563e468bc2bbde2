import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { requireKey } from './ingest-keys.ts';
import { type NodeEnvironment, otlpHttpReceiver, type ReceiverParts } from './receivers/otlp-http.ts';

export interface AppParts extends ReceiverParts {
  readonly ingestKeys: readonly string[];
  /** Why the collector is not ready; `undefined` when it is. */
  readonly unreadyReason: () => string | undefined;
  readonly api: Hono;
  readonly page: Hono;
}

/** A question to the API is never larger. */
const API_BODY_BYTES_MAX = 1024 * 1024;

/** Every path of the collector. Liveness, readiness and the page hold no data and need no key. */
export function collectorApp(parts: AppParts): Hono<NodeEnvironment> {
  const { metrics } = parts;
  const app = new Hono<NodeEnvironment>();
  const guard = requireKey(parts.ingestKeys, metrics);
  app.use('/v1/*', guard);
  app.use(
    '/api/*',
    guard,
    bodyLimit({ maxSize: API_BODY_BYTES_MAX, onError: (context) => tooLarge(context.req.path) }),
  );
  app.use('/metrics', guard);
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
  app.route('/', parts.page);
  return app;
}

function tooLarge(instance: string): Response {
  const detail = `the body is larger than ${API_BODY_BYTES_MAX} bytes`;
  return Response.json(
    { type: 'about:blank', title: 'Content Too Large', status: 413, detail, instance, errors: [] },
    { status: 413, headers: { 'content-type': 'application/problem+json' } },
  );
}
