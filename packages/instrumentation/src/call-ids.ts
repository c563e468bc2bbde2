import { randomUUID } from 'node:crypto';
import type { CallRecord } from '@costspan/usage';
import { isSpanContextValid, type SpanContext } from '@opentelemetry/api';

/** The identity of a call: its span's, or, where no tracer is registered and spans have none, one of its own. */
export function spanIds(
  span: SpanContext,
  parent: SpanContext | undefined,
): Pick<CallRecord, 'traceId' | 'spanId' | 'parentSpanId'> {
  if (!isSpanContextValid(span)) return { traceId: randomHex(), spanId: randomHex().slice(16) };
  const isChild = parent !== undefined && parent.traceId === span.traceId;
  return { traceId: span.traceId, spanId: span.spanId, ...(isChild ? { parentSpanId: parent.spanId } : {}) };
}

/** 32 lower-case hex digits. */
/** The same identity as one text; where spans have none, one of its own. */
export function callId(span: SpanContext): string {
  return isSpanContextValid(span) ? `${span.traceId}-${span.spanId}` : randomUUID();
}

function randomHex(): string {
  return randomUUID().replaceAll('-', '');
}
