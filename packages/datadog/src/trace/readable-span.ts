import type { Attributes, AttributeValue, Span } from '@costspan/spans';
import { OTEL, TAG_PREFIX, type Tags } from '@costspan/usage';
import { type DdSpan, parentIdOf } from './dd-tracer.ts';

const CLIENT = 3;
const ERROR = 2;
const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;

/**
 * A span of the tracer as the collector would have read it from OTLP: ids, times, status, and its tags as attributes. `own`
 * are tags that the application set; they stand above those that are on the span.
 */
export function readableSpan(span: DdSpan, own: Tags): Span {
  const context = span.context();
  const tags = context.getTags();
  const attributes = new Map<string, AttributeValue>();
  for (const name in tags) {
    const value = tags[name];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      attributes.set(name, value);
    }
  }
  for (const key in own) attributes.set(TAG_PREFIX + key, own[key] as string);
  const traceId = context.toTraceId(true);
  const startedAtUs = Math.round(span._startTime * 1000);
  return {
    traceId: TRACE_ID.test(traceId) ? traceId : '',
    spanId: context.toSpanId(true),
    parentSpanId: parentIdOf(span),
    kind: CLIENT,
    startedAtUs,
    endedAtUs: startedAtUs + Math.round((span._duration ?? 0) * 1000),
    statusCode: tags['error'] === undefined || tags['error'] === 0 ? 0 : ERROR,
    attributes,
    resource: { attributes: resourceOf(tags) },
    scope: { name: 'dd-trace-js', version: '' },
  };
}

/** What is of the process and not of the call, under the names of the conventions. */
function resourceOf(tags: Readonly<Record<string, unknown>>): Attributes {
  const attributes = new Map<string, AttributeValue>();
  const service = tags['service.name'] ?? tags['service'];
  if (typeof service === 'string') attributes.set(OTEL.serviceName, service);
  if (typeof tags['env'] === 'string') attributes.set(OTEL.deploymentEnvironment, tags['env']);
  return attributes;
}
