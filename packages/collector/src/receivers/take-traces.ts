import { decodeJson } from '../otlp/decode-json.ts';
import { decodeProtobuf } from '../otlp/decode-protobuf.ts';
import type { PartialSuccess } from '../otlp/export-response.ts';
import { READ_ATTRIBUTES } from '../otlp/read-attributes.ts';
import type { OtlpFormat } from '../otlp/traces.ts';
import type { Pipeline } from '../pipeline.ts';

/**
 * Decodes a request body and gives it to the pipeline. An empty body is an empty request.
 * @throws OtlpDecodeError, BusyError, NotRecordedError: `refusalFor` has the answer to each.
 */
export async function takeTraces(
  pipeline: Pick<Pipeline, 'accept'>,
  format: OtlpFormat,
  body: Buffer,
): Promise<PartialSuccess | undefined> {
  const traces = body.length === 0 ? { spanCount: 0, spans: [] } : decode(format, body);
  return pipeline.accept({ format, body, traces });
}

function decode(format: OtlpFormat, body: Buffer) {
  return format === 'json' ? decodeJson(body, READ_ATTRIBUTES) : decodeProtobuf(body, READ_ATTRIBUTES);
}

export const ONLY_TRACES =
  'this collector takes traces and no metrics or logs; turn them off in the sender (OTEL_METRICS_EXPORTER=none, OTEL_LOGS_EXPORTER=none) or point them at another endpoint';
