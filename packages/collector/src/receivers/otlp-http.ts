import type { IncomingMessage } from 'node:http';
import { type Context, Hono } from 'hono';
import type { Inflight } from '../inflight.ts';
import { RPC_INVALID_ARGUMENT, RPC_UNIMPLEMENTED } from '../otlp/export-response.ts';
import type { Pipeline } from '../pipeline.ts';
import type { SelfMetrics } from '../self-metrics.ts';
import { accept, formatOf, refuse } from './otlp-answer.ts';
import { readBody } from './read-body.ts';
import { refusalFor } from './refusal.ts';
import { ONLY_TRACES, takeTraces } from './take-traces.ts';

/** What Hono hands through from the Node server. */
export interface NodeEnvironment {
  Bindings: { readonly incoming: IncomingMessage };
}

export interface ReceiverParts {
  readonly pipeline: Pick<Pipeline, 'accept'>;
  readonly metrics: SelfMetrics;
  readonly inflightBytes: Inflight;
  readonly bodyBytesMax: number;
}

/** `POST /v1/traces` as OTLP/HTTP 1.10 describes it. The answer has the content type of the request. */
export function otlpHttpReceiver(parts: ReceiverParts): Hono<NodeEnvironment> {
  const app = new Hono<NodeEnvironment>();
  app.post('/v1/traces', (context) => receiveTraces(context, parts));
  app.all('/v1/traces', (context) => {
    context.header('allow', 'POST');
    return refuse(context, 405, RPC_UNIMPLEMENTED, 'send traces with POST');
  });
  for (const signal of ['metrics', 'logs'] as const) {
    app.all(`/v1/${signal}`, (context) => refuse(context, 404, RPC_UNIMPLEMENTED, ONLY_TRACES));
  }
  return app;
}

async function receiveTraces(context: Context<NodeEnvironment>, parts: ReceiverParts): Promise<Response> {
  const { metrics, inflightBytes } = parts;
  metrics.add('requests');
  const format = formatOf(context);
  if (format === undefined) {
    metrics.add('requestsInvalid');
    const sent = context.req.header('content-type')?.slice(0, 80) ?? 'none';
    const message = `content-type "${sent}" is not OTLP; send application/x-protobuf or application/json`;
    return refuse(context, 415, RPC_INVALID_ARGUMENT, message);
  }
  let heldBytes = 0;
  try {
    const read = await readBody(context.env.incoming, { bodyBytesMax: parts.bodyBytesMax, inflight: inflightBytes });
    heldBytes = read.heldBytes;
    const partial = await takeTraces(parts.pipeline, format, read.body);
    return accept(context, format, partial);
  } catch (error) {
    const refusal = refusalFor(error);
    if (refusal === undefined) throw error;
    const { httpStatus, rpcCode, message, retryAfterS, counter } = refusal;
    if (counter !== undefined) metrics.add(counter);
    if (retryAfterS !== undefined) context.header('retry-after', String(retryAfterS));
    return refuse(context, httpStatus, rpcCode, message);
  } finally {
    inflightBytes.give(heldBytes);
  }
}
