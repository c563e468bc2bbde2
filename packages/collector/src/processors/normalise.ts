import { type CallRecord, COSTSPAN, OTEL, TAG_PREFIX, type Tags } from '@costspan/usage';
import type { CallFacts, Dialect, UsageFinding } from '../dialects/dialect.ts';
import { DIALECTS } from '../dialects/index.ts';
import { booleanAt, includeCache, textAt } from '../dialects/span-facts.ts';
import { KeyTable } from '../otlp/key-table.ts';
import type { Span } from '../otlp/traces.ts';
import { REPORTED_COST_ATTRIBUTES, reportedCostOf } from './reported-cost.ts';
import { TAG_ATTRIBUTES, tagsOf } from './tags.ts';

/** What became of one span. */
export type Normalised =
  | {
      readonly kind: 'call';
      readonly call: CallRecord;
      /** Counts that could not be read. The call is kept; its cost says so. */
      readonly findings: readonly UsageFinding[];
      readonly refusedTags: number;
    }
  /** Not about a model, or about one but above or beside the provider call. */
  | { readonly kind: 'other' }
  /** A billable call that cannot be kept, and what is missing. */
  | { readonly kind: 'rejected'; readonly reason: string };

/** Every attribute that anything in the pipeline reads; the decoders step over all others. */
export const READ_ATTRIBUTES = new KeyTable(
  [
    ...DIALECTS.flatMap((dialect) => dialect.attributes),
    ...TAG_ATTRIBUTES,
    ...REPORTED_COST_ATTRIBUTES,
    ...Object.values(COSTSPAN),
    OTEL.serviceName,
    OTEL.errorType,
  ],
  [TAG_PREFIX, ...DIALECTS.flatMap((dialect) => dialect.prefixes)],
);

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const OTHER: Normalised = { kind: 'other' };

/** One span to one call record, whatever dialect it is written in. Never throws. */
export function normalise(span: Span, dialects: readonly Dialect[] = DIALECTS): Normalised {
  const dialect = dialects.find((candidate) => candidate.recognises(span));
  if (dialect === undefined) return OTHER;
  const facts = dialect.read(span);
  if (!(booleanAt(span, COSTSPAN.billable) ?? facts.billable)) return OTHER;
  const missing = missingIn(span);
  if (missing !== undefined) return { kind: 'rejected', reason: missing };
  const { tags, refused } = tagsOf(span);
  const call = callFrom(span, facts, dialect, tags);
  return { kind: 'call', call, findings: facts.findings, refusedTags: refused };
}

function missingIn(span: Span): string | undefined {
  if (span.traceId === '') return 'it has no valid trace id (16 bytes, not all zero)';
  if (span.spanId === '') return 'it has no valid span id (8 bytes, not all zero)';
  if (span.startedAtUs === 0 && span.endedAtUs === 0) return 'it has neither a start nor an end time';
  return undefined;
}

function callFrom(span: Span, facts: CallFacts, dialect: Dialect, tags: Tags): CallRecord {
  const { meters } = facts;
  const startedAtUs = span.startedAtUs === 0 ? span.endedAtUs : span.startedAtUs;
  const call: Mutable<CallRecord> = {
    traceId: span.traceId,
    spanId: span.spanId,
    startedAtUs,
    durationUs: Math.max(0, span.endedAtUs - startedAtUs),
    provider: facts.provider,
    operation: facts.operation,
    usage: {
      meters: dialect.convention === 'cache_excluded' ? includeCache(meters) : meters,
      status: facts.usageStatus,
    },
    context: facts.context,
    outcome: facts.outcome,
    tags,
  };
  if (span.parentSpanId !== '') call.parentSpanId = span.parentSpanId;
  if (facts.requestModel !== undefined) call.requestModel = facts.requestModel;
  if (facts.responseModel !== undefined) call.responseModel = facts.responseModel;
  if (facts.responseId !== undefined) call.responseId = facts.responseId;
  if (facts.timeToFirstChunkUs !== undefined) call.timeToFirstChunkUs = facts.timeToFirstChunkUs;
  const errorType = textAt(span, OTEL.errorType);
  if (errorType !== undefined) call.errorType = errorType;
  const serviceName = textAt(span.resource, OTEL.serviceName);
  if (serviceName !== undefined) call.serviceName = serviceName;
  const reported = reportedCostOf(span);
  if (reported !== undefined) call.context = { ...facts.context, reported_cost: reported };
  return call;
}
