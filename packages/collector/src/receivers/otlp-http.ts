import type { IncomingMessage } from 'node:http';
import { type Context, Hono } from 'hono';
import { BusyError, type Inflight } from '../inflight.ts';
import { decodeJson } from '../otlp/decode-json.ts';
import { decodeProtobuf } from '../otlp/decode-protobuf.ts';
import {
  exportResponse,
  RPC_INVALID_ARGUMENT,
  RPC_RESOURCE_EXHAUSTED,
  RPC_UNAVAILABLE,
  RPC_UNIMPLEMENTED,
  statusResponse,
} from '../otlp/export-response.ts';
import { OtlpDecodeError } from '../otlp/otlp-decode-error.ts';
import type { OtlpFormat } from '../otlp/traces.ts';
import { NotRecordedError, type Pipeline } from '../pipeline.ts';
import { READ_ATTRIBUTES } from '../processors/normalise.ts';
import type { SelfMetrics } from '../self-metrics.ts';
import { BodyError, readBody } from './read-body.ts';

/** What Hono hands through from the Node server. */
export interface NodeEnvironment {
  Bindings: { readonly incoming: IncomingMessage };
}

export interface ReceiverParts {
  readonly pipeline: Pipeline;
  readonly metrics: SelfMetrics;
  readonly inflightBytes: Inflight;
  readonly bodyBytesMax: number;
}

const CONTENT_TYPES: Readonly<Record<OtlpFormat, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};
/** Seconds after which a sender should come again. */
const RETRY_AFTER_BUSY = '1';
const RETRY_AFTER_LEDGER = '5';

const ONLY_TRACES =
  'this collector takes traces at /v1/traces and no metrics or logs; turn them off in the sender (OTEL_METRICS_EXPORTER=none, OTEL_LOGS_EXPORTER=none) or point them at another endpoint';

/** `POST /v1/traces` as OTLP/HTTP 1.10 describes it. The answer has the content type of the request. */
export function otlpHttpReceiver(parts: ReceiverParts): Hono<NodeEnvironment> {
  const app = new Hono<NodeEnvironment>();
  app.post('/v1/traces', (context) => receiveTraces(context, parts));
  app.all('/v1/traces', (context) => {
    context.header('allow', 'POST');
    return refuse(context, formatOf(context) ?? 'json', 405, RPC_UNIMPLEMENTED, 'send traces with POST');
  });
  for (const signal of ['metrics', 'logs'] as const) {
    app.all(`/v1/${signal}`, (context) =>
      refuse(context, formatOf(context) ?? 'json', 404, RPC_UNIMPLEMENTED, ONLY_TRACES),
    );
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
    return refuse(context, 'json', 415, RPC_INVALID_ARGUMENT, message);
  }
  let heldBytes = 0;
  try {
    const read = await readBody(context.env.incoming, { bodyBytesMax: parts.bodyBytesMax, inflight: inflightBytes });
    heldBytes = read.heldBytes;
    const { body } = read;
    const traces = body.length === 0 ? { spanCount: 0, spans: [] } : decode(format, body);
    const partial = await parts.pipeline.accept({ format, body, traces });
    return answer(context, format, 200, exportResponse(format, partial));
  } catch (error) {
    return refuseFor(context, format, error, metrics);
  } finally {
    inflightBytes.give(heldBytes);
  }
}

function decode(format: OtlpFormat, body: Buffer) {
  return format === 'json' ? decodeJson(body, READ_ATTRIBUTES) : decodeProtobuf(body, READ_ATTRIBUTES);
}

function formatOf(context: Context): OtlpFormat | undefined {
  const type = context.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === CONTENT_TYPES.protobuf) return 'protobuf';
  return type === CONTENT_TYPES.json ? 'json' : undefined;
}

/** Every failure has its answer; what is none of ours is thrown on. */
function refuseFor(context: Context, format: OtlpFormat, error: unknown, metrics: SelfMetrics): Response {
  if (error instanceof BusyError) {
    metrics.add('requestsBusy');
    context.header('retry-after', RETRY_AFTER_BUSY);
    return refuse(context, format, 503, RPC_UNAVAILABLE, error.message);
  }
  if (error instanceof NotRecordedError) {
    context.header('retry-after', RETRY_AFTER_LEDGER);
    return refuse(context, format, 503, RPC_UNAVAILABLE, error.message);
  }
  if (error instanceof BodyError) {
    metrics.add('requestsInvalid');
    const code = error.status === 413 ? RPC_RESOURCE_EXHAUSTED : RPC_INVALID_ARGUMENT;
    return refuse(context, format, error.status, code, error.message);
  }
  if (error instanceof OtlpDecodeError) {
    metrics.add('requestsInvalid');
    return refuse(context, format, 400, RPC_INVALID_ARGUMENT, `not an OTLP trace request: ${error.message}`);
  }
  throw error;
}

function refuse(
  context: Context,
  format: OtlpFormat,
  status: 400 | 404 | 405 | 413 | 415 | 503,
  code: number,
  message: string,
): Response {
  return answer(context, format, status, statusResponse(format, code, message));
}

function answer(context: Context, format: OtlpFormat, status: 200 | 400 | 404 | 405 | 413 | 415 | 503, body: Buffer) {
  context.header('content-type', CONTENT_TYPES[format]);
  return context.body(new Uint8Array(body), status);
}
