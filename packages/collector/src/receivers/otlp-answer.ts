import type { Context } from 'hono';
import { exportResponse, type PartialSuccess, statusResponse } from '../otlp/export-response.ts';
import type { OtlpFormat } from '../otlp/traces.ts';

const CONTENT_TYPES: Readonly<Record<OtlpFormat, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

type Refused = 400 | 401 | 403 | 404 | 405 | 413 | 415 | 500 | 503;

/** How the body of a request is encoded, by its content type; `undefined` when it is no OTLP. */
export function formatOf(context: Context): OtlpFormat | undefined {
  const type = context.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === CONTENT_TYPES.protobuf) return 'protobuf';
  return type === CONTENT_TYPES.json ? 'json' : undefined;
}

/** True for the paths of OTLP, whose every answer is a message of the protocol. */
export function isOtlp(context: Context): boolean {
  return context.req.path.startsWith('/v1/');
}

/** An `ExportTraceServiceResponse` in the content type of the request. */
export function accept(context: Context, format: OtlpFormat, partial: PartialSuccess | undefined): Response {
  return answer(context, format, 200, exportResponse(format, partial));
}

/** A `google.rpc.Status` in the content type of the request, JSON when that is unknown. */
export function refuse(context: Context, status: Refused, rpcCode: number, message: string): Response {
  const format = formatOf(context) ?? 'json';
  return answer(context, format, status, statusResponse(format, rpcCode, message));
}

function answer(context: Context, format: OtlpFormat, status: 200 | Refused, body: Buffer): Response {
  context.header('content-type', CONTENT_TYPES[format]);
  return context.body(new Uint8Array(body), status);
}
