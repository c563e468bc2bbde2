import { type CallRecord, COSTSPAN, GEN_AI, METER_ATTRIBUTES, METER_PREFIX, OTEL, TAG_PREFIX } from '@costspan/usage';

/** One span in OTLP/JSON. */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: 3;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly status: { readonly code: 0 | 2 };
}

interface OtlpAttribute {
  readonly key: string;
  readonly value:
    | { readonly stringValue: string }
    | { readonly intValue: string }
    | { readonly doubleValue: number }
    | { readonly boolValue: boolean };
}

/**
 * The billed facts of a call as the span that a collector counts. Its ids are those of the call's own span: where both arrive,
 * the collector takes them for one call.
 */
export function otlpSpan(call: CallRecord): OtlpSpan {
  const { traceId, spanId, parentSpanId, outcome, operation, requestModel } = call;
  const startNano = BigInt(Math.round(call.startedAtUs)) * 1_000n;
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name: requestModel === undefined ? operation : `${operation} ${requestModel}`,
    kind: 3,
    startTimeUnixNano: String(startNano),
    endTimeUnixNano: String(startNano + BigInt(Math.round(call.durationUs)) * 1_000n),
    attributes: attributesOf(call),
    status: { code: outcome === 'error' || outcome === 'truncated' ? 2 : 0 },
  };
}

function attributesOf(call: CallRecord): OtlpAttribute[] {
  const attributes: OtlpAttribute[] = [];
  const add = (key: string, value: string | number | boolean | undefined): void => {
    if (value !== undefined) attributes.push({ key, value: otlpValue(value) });
  };
  const { usage, context } = call;
  add(GEN_AI.operationName, call.operation);
  add(GEN_AI.providerName, call.provider);
  add(GEN_AI.requestModel, call.requestModel);
  add(GEN_AI.responseModel, call.responseModel);
  add(GEN_AI.responseId, call.responseId);
  add(COSTSPAN.billable, true);
  add(COSTSPAN.outcome, call.outcome);
  add(COSTSPAN.usageStatus, usage.status);
  add(OTEL.errorType, call.errorType);
  if (call.timeToFirstChunkUs !== undefined) add(GEN_AI.responseTimeToFirstChunk, call.timeToFirstChunkUs / 1_000_000);
  add(COSTSPAN.contextServiceTier, context.service_tier);
  add(COSTSPAN.contextSpeed, context.speed);
  add(COSTSPAN.contextRegion, context.region);
  add(COSTSPAN.contextBatch, context.batch);
  if (context.reported_cost !== undefined) {
    add(GEN_AI.usageCostAmount, Number(context.reported_cost.amount));
    add(GEN_AI.usageCostCurrency, context.reported_cost.currency);
    add(GEN_AI.usageCostSource, 'provider');
  }
  const names: Readonly<Record<string, string>> = METER_ATTRIBUTES;
  for (const [meter, count] of Object.entries(usage.meters)) add(names[meter] ?? METER_PREFIX + meter, count);
  for (const [key, value] of Object.entries(call.tags)) add(TAG_PREFIX + key, value);
  return attributes;
}

function otlpValue(value: string | number | boolean): OtlpAttribute['value'] {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
