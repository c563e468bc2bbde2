import {
  type CallRecord,
  COSTSPAN,
  GEN_AI,
  GEN_AI_SCHEMA_URL,
  METER_ATTRIBUTES,
  METER_PREFIX,
  type Meter,
  OTEL,
  TAG_PREFIX,
} from '@costspan/usage';

/** Many calls as the body of one `POST /v1/traces`. */
export function callsToTraces(calls: readonly CallRecord[]): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: [attribute(OTEL.serviceName, 'lumen')] },
        scopeSpans: [{ scope: { name: '@costspan/demo' }, schemaUrl: GEN_AI_SCHEMA_URL, spans: calls.map(callToSpan) }],
      },
    ],
  };
}

/** A call as the OTLP/JSON span that our instrumentation would have sent for it. 64-bit integers are texts there. */
function callToSpan(call: CallRecord): object {
  return {
    traceId: call.traceId,
    spanId: call.spanId,
    name: `${call.operation} ${call.requestModel}`,
    kind: SPAN_KIND_CLIENT,
    startTimeUnixNano: `${call.startedAtUs}000`,
    endTimeUnixNano: `${call.startedAtUs + call.durationUs}000`,
    attributes: attributesOf(call),
    status: call.outcome === 'error' ? { code: STATUS_CODE_ERROR } : {},
  };
}

const SPAN_KIND_CLIENT = 3;
const STATUS_CODE_ERROR = 2;

interface KeyValue {
  readonly key: string;
  readonly value: object;
}

function attributesOf(call: CallRecord): KeyValue[] {
  const attributes = [
    attribute(GEN_AI.operationName, call.operation),
    attribute(GEN_AI.providerName, call.provider),
    attribute(COSTSPAN.billable, true),
    attribute(COSTSPAN.usageStatus, call.usage.status),
    attribute(COSTSPAN.outcome, call.outcome),
  ];
  const add = (name: string, value: string | number | undefined) => {
    if (value !== undefined) attributes.push(attribute(name, value));
  };
  add(GEN_AI.requestModel, call.requestModel);
  add(GEN_AI.responseModel, call.responseModel);
  add(GEN_AI.responseId, call.responseId);
  add(OTEL.errorType, call.errorType);
  add(COSTSPAN.contextServiceTier, call.context.service_tier);
  if (call.timeToFirstChunkUs !== undefined) {
    attributes.push({ key: GEN_AI.responseTimeToFirstChunk, value: { doubleValue: call.timeToFirstChunkUs / 1e6 } });
  }
  for (const [meter, count] of Object.entries(call.usage.meters)) add(meterAttribute(meter as Meter), count);
  for (const [key, value] of Object.entries(call.tags)) add(TAG_PREFIX + key, value);
  return attributes;
}

function meterAttribute(meter: Meter): string {
  const named: { readonly [M in Meter]?: string } = METER_ATTRIBUTES;
  return named[meter] ?? METER_PREFIX + meter;
}

function attribute(key: string, value: string | number | boolean): KeyValue {
  if (typeof value === 'string') return { key, value: { stringValue: value } };
  if (typeof value === 'boolean') return { key, value: { boolValue: value } };
  return { key, value: { intValue: String(value) } };
}
