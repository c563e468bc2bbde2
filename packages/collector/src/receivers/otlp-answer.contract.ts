import protobuf from 'protobufjs';
import type { OtlpFormat } from '../otlp/traces.ts';

const messages = protobuf.parse(`
syntax = "proto3";
message Partial { int64 rejected_spans = 1; string error_message = 2; }
message Export { Partial partial_success = 1; }
message Status { int32 code = 1; string message = 2; }
`).root;

export interface ExportResponse {
  readonly partialSuccess?: { readonly rejectedSpans: string; readonly errorMessage: string };
}

/** An `ExportTraceServiceResponse` as protobufjs, an implementation that is not ours, or `JSON.parse` reads it. */
export function readExportResponse(format: OtlpFormat, body: Buffer): ExportResponse {
  const response = readMessage('Export', format, body) as {
    partialSuccess?: { rejectedSpans?: string; errorMessage?: string };
  };
  const { rejectedSpans = '0', errorMessage = '' } = response.partialSuccess ?? {};
  return response.partialSuccess === undefined ? {} : { partialSuccess: { rejectedSpans, errorMessage } };
}

/** A `google.rpc.Status`. */
export function readStatus(format: OtlpFormat, body: Buffer): { readonly code: number; readonly message: string } {
  return readMessage('Status', format, body) as { code: number; message: string };
}

function readMessage(type: string, format: OtlpFormat, body: Buffer): unknown {
  if (format === 'json') return JSON.parse(body.toString()) as unknown;
  const found = messages.lookupType(type);
  return found.toObject(found.decode(body), { longs: String, defaults: type === 'Status' });
}
