import { bytesField, textField, varintField } from './protobuf-writer.ts';
import type { OtlpFormat } from './traces.ts';

/** What a request that was taken says back. `rejectedSpans: 0` with a message is a warning. */
export interface PartialSuccess {
  readonly rejectedSpans: number;
  readonly message: string;
}

/** `google.rpc.Code` values that we answer with. */
export const RPC_INVALID_ARGUMENT = 3;
export const RPC_PERMISSION_DENIED = 7;
export const RPC_RESOURCE_EXHAUSTED = 8;
export const RPC_UNIMPLEMENTED = 12;
export const RPC_INTERNAL = 13;
export const RPC_UNAVAILABLE = 14;
export const RPC_UNAUTHENTICATED = 16;

/** An `ExportTraceServiceResponse`. Without `partial` everything went well, which is the empty message. */
export function exportResponse(format: OtlpFormat, partial?: PartialSuccess): Buffer {
  if (format === 'json') {
    const body =
      partial === undefined
        ? {}
        : { partialSuccess: { rejectedSpans: String(partial.rejectedSpans), errorMessage: partial.message } };
    return Buffer.from(JSON.stringify(body), 'utf8');
  }
  if (partial === undefined) return Buffer.alloc(0);
  const rejected = partial.rejectedSpans === 0 ? Buffer.alloc(0) : varintField(1, partial.rejectedSpans);
  return bytesField(1, Buffer.concat([rejected, textField(2, partial.message)]));
}

/** A `google.rpc.Status`, the body of every OTLP error. */
export function statusResponse(format: OtlpFormat, code: number, message: string): Buffer {
  return format === 'json'
    ? Buffer.from(JSON.stringify({ code, message }), 'utf8')
    : Buffer.concat([varintField(1, code), textField(2, message)]);
}

const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

/** A `google.rpc.Status` with a `RetryInfo`: what gRPC senders look for before they try again. `retryAfterS` is a whole number of seconds. */
export function statusWithRetry(code: number, message: string, retryAfterS: number): Buffer {
  const duration = varintField(1, retryAfterS);
  const info = Buffer.concat([textField(1, RETRY_INFO), bytesField(2, bytesField(1, duration))]);
  return Buffer.concat([statusResponse('protobuf', code, message), bytesField(3, info)]);
}
