import { createHash } from 'node:crypto';
import {
  COSTSPAN,
  GEN_AI,
  METER_ATTRIBUTES,
  METER_PREFIX,
  type Meter,
  OTEL,
  type ReportedCost,
  TAG_PREFIX,
  type Tags,
} from '@costspan/usage';
import type { BackfillCall } from '../backfill-format.ts';

/** An OTLP/JSON span and the service it is of. */
export interface OtlpSpan {
  readonly service: string | undefined;
  readonly json: object;
}

type Value = string | number | boolean;

const SPAN_KIND_CLIENT = 3;
const STATUS_CODE_ERROR = 2;
const METER_NAMES: Readonly<Partial<Record<string, string>>> = METER_ATTRIBUTES;

/** A past call as a span of our own dialect. The same row gives the same span, byte for byte. */
export function otlpSpan(format: string, call: BackfillCall, tags: Tags, cost: ReportedCost | undefined): OtlpSpan {
  const { traceId, spanId, parentSpanId } = call.ids ?? spanIds(format, call.identity);
  const attributes = [
    ...attributesOf(call, cost),
    ...Object.entries(tags).map(([key, value]) => attribute(`${TAG_PREFIX}${key}`, value)),
  ];
  return {
    service: call.serviceName,
    json: {
      traceId,
      spanId,
      ...(parentSpanId === undefined ? {} : { parentSpanId }),
      name: `${call.operation} ${call.responseModel ?? call.requestModel ?? call.provider}`,
      kind: SPAN_KIND_CLIENT,
      startTimeUnixNano: nanos(call.startedAtUs),
      endTimeUnixNano: nanos(call.startedAtUs + call.durationUs),
      attributes,
      ...(call.outcome === 'error' ? { status: { code: STATUS_CODE_ERROR } } : {}),
    },
  };
}

/** An OTLP/JSON request with these spans. */
export function traceRequest(spans: readonly OtlpSpan[]): string {
  const resources = Map.groupBy(spans, (span) => span.service);
  return JSON.stringify({
    resourceSpans: [...resources].map(([service, members]) => ({
      resource: { attributes: service === undefined ? [] : [attribute(OTEL.serviceName, service)] },
      scopeSpans: [{ scope: { name: 'costspan.backfill' }, spans: members.map(({ json }) => json) }],
    })),
  });
}

/** The identity of a row as ids: 16 and 8 bytes of a hash, so that the same row is the same call wherever it is read. */
export function spanIds(
  format: string,
  identity: readonly string[],
): { traceId: string; spanId: string; parentSpanId?: string } {
  const hash = createHash('sha256')
    .update(JSON.stringify(['costspan.backfill/1', format, ...identity]))
    .digest('hex');
  return { traceId: hash.slice(0, 32), spanId: hash.slice(32, 48) };
}

function* attributesOf(call: BackfillCall, cost: ReportedCost | undefined): Generator<object> {
  const { context } = call;
  const values: readonly (readonly [string, Value | undefined])[] = [
    [GEN_AI.operationName, call.operation],
    [GEN_AI.providerName, call.provider],
    [GEN_AI.requestModel, call.requestModel],
    [GEN_AI.responseModel, call.responseModel],
    [GEN_AI.responseId, call.responseId],
    [GEN_AI.conversationId, call.conversationId],
    [GEN_AI.promptName, call.promptId],
    [GEN_AI.promptVersion, call.promptVersion],
    [GEN_AI.agentName, call.agentName],
    [GEN_AI.workflowName, call.workflowName],
    [GEN_AI.requestMaxTokens, call.maxTokens],
    [GEN_AI.requestTemperature, call.temperature],
    [OTEL.errorType, call.errorType],
    [COSTSPAN.billable, true],
    [COSTSPAN.usageStatus, call.usageStatus],
    [COSTSPAN.outcome, call.outcome],
    [COSTSPAN.contextServiceTier, context.service_tier],
    [COSTSPAN.contextSpeed, context.speed],
    [COSTSPAN.contextRegion, context.region],
    [COSTSPAN.contextBatch, context.batch],
    [COSTSPAN.contextPromptTokens, context.prompt_tokens],
    [GEN_AI.usageCostAmount, cost?.amount],
    [GEN_AI.usageCostCurrency, cost?.currency],
    [GEN_AI.usageCostSource, cost === undefined ? undefined : 'provider'],
  ];
  for (const [name, value] of values) if (value !== undefined) yield attribute(name, value);
  if (call.timeToFirstChunkUs !== undefined) {
    yield { key: GEN_AI.responseTimeToFirstChunk, value: { doubleValue: call.timeToFirstChunkUs / 1e6 } };
  }
  for (const [meter, count] of Object.entries(call.meters) as [Meter, number][]) {
    yield attribute(METER_NAMES[meter] ?? `${METER_PREFIX}${meter}`, count);
  }
}

function attribute(key: string, value: Value): object {
  if (typeof value === 'string') return { key, value: { stringValue: value } };
  if (typeof value === 'boolean') return { key, value: { boolValue: value } };
  return { key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } };
}

function nanos(us: number): string {
  return String(BigInt(us) * 1000n);
}
