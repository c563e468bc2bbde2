import { type CallRecord, COSTSPAN, OTEL, TAG_PREFIX, type Tags } from '@costspan/usage';
import type { ContextSpan } from './context-span.ts';
import type { CallFacts, Dialect, UsageFinding } from './dialects/dialect.ts';
import { DIALECTS } from './dialects/index.ts';
import { booleanAt, includeCache, textAt } from './dialects/span-facts.ts';
import { REPORTED_COST_ATTRIBUTES, reportedCostOf } from './reported-cost.ts';
import type { Span } from './span.ts';
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
  /** About a model, but above or beside the provider call. */
  | { readonly kind: 'context'; readonly context: ContextSpan }
  /** Not about a model, or nothing that a trace could be rolled up by. */
  | { readonly kind: 'other' }
  /** A billable call that cannot be kept, and what is missing. */
  | { readonly kind: 'rejected'; readonly reason: string };

/** Every attribute that anything here reads; a decoder may step over all others. */
export const READ_NAMES: readonly string[] = [
  ...DIALECTS.flatMap((dialect) => dialect.attributes),
  ...TAG_ATTRIBUTES,
  ...REPORTED_COST_ATTRIBUTES,
  ...Object.values(COSTSPAN),
  OTEL.serviceName,
  OTEL.errorType,
];
/** Beginnings of names that are read, each ending in a dot. */
export const READ_PREFIXES: readonly string[] = [TAG_PREFIX, ...DIALECTS.flatMap((dialect) => dialect.prefixes)];

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const OTHER: Normalised = { kind: 'other' };

/** One span to one call record or context span, whatever dialect it is written in. Never throws. */
export function normalise(span: Span, dialects: readonly Dialect[] = DIALECTS): Normalised {
  const dialect = dialects.find((candidate) => candidate.recognises(span));
  if (dialect === undefined) return OTHER;
  const facts = dialect.read(span);
  const stated = booleanAt(span, COSTSPAN.billable);
  const missing = missingIn(span);
  if (!(stated ?? facts.kind === 'call')) {
    return missing === undefined ? { kind: 'context', context: contextFrom(span, facts, dialect) } : OTHER;
  }
  if (missing !== undefined) return { kind: 'rejected', reason: missing };
  const { tags, refused } = tagsOf(span, facts.tags);
  const call = callFrom(span, facts, dialect, tags);
  if (stated === true) call.billableStated = true;
  return { kind: 'call', call, findings: facts.findings, refusedTags: refused };
}

function missingIn(span: Span): string | undefined {
  if (span.traceId === '') return 'it has no valid trace id (16 bytes, not all zero)';
  if (span.spanId === '') return 'it has no valid span id (8 bytes, not all zero)';
  if (span.startedAtUs === 0 && span.endedAtUs === 0) return 'it has neither a start nor an end time';
  return undefined;
}

function contextFrom(span: Span, facts: CallFacts, dialect: Dialect): ContextSpan {
  const startedAtUs = startOf(span);
  const context: Mutable<ContextSpan> = {
    traceId: span.traceId,
    spanId: span.spanId,
    startedAtUs,
    durationUs: Math.max(0, span.endedAtUs - startedAtUs),
    // A provider call that its sender marked as not billed: somebody else's span of it is.
    kind: facts.kind === 'call' ? 'framework' : facts.kind,
    operation: facts.operation,
    dialect: dialect.name,
    outcome: facts.outcome,
  };
  if (span.parentSpanId !== '') context.parentSpanId = span.parentSpanId;
  if (facts.name !== undefined) context.name = facts.name;
  if (facts.conversationId !== undefined) context.conversationId = facts.conversationId;
  const serviceName = textAt(span.resource, OTEL.serviceName);
  if (serviceName !== undefined) context.serviceName = serviceName;
  return context;
}

function callFrom(span: Span, facts: CallFacts, dialect: Dialect, tags: Tags): Mutable<CallRecord> {
  const { meters, provider } = facts;
  const { convention } = dialect;
  const means = typeof convention === 'string' ? convention : convention(span, provider);
  const startedAtUs = startOf(span);
  const call: Mutable<CallRecord> = {
    traceId: span.traceId,
    spanId: span.spanId,
    startedAtUs,
    durationUs: Math.max(0, span.endedAtUs - startedAtUs),
    provider,
    operation: facts.operation,
    usage: { meters: means === 'cache_excluded' ? includeCache(meters) : meters, status: facts.usageStatus },
    context: facts.context,
    outcome: facts.outcome,
    tags,
    dialect: dialect.name,
  };
  if (span.parentSpanId !== '') call.parentSpanId = span.parentSpanId;
  if (facts.requestModel !== undefined) call.requestModel = facts.requestModel;
  if (facts.responseModel !== undefined) call.responseModel = facts.responseModel;
  if (facts.responseId !== undefined) call.responseId = facts.responseId;
  if (facts.timeToFirstChunkUs !== undefined) call.timeToFirstChunkUs = facts.timeToFirstChunkUs;
  if (facts.conversationId !== undefined) call.conversationId = facts.conversationId;
  if (facts.promptId !== undefined) call.promptId = facts.promptId;
  if (facts.promptVersion !== undefined) call.promptVersion = facts.promptVersion;
  if (facts.agentName !== undefined) call.agentName = facts.agentName;
  if (facts.workflowName !== undefined) call.workflowName = facts.workflowName;
  if (facts.maxTokens !== undefined) call.maxTokens = facts.maxTokens;
  if (facts.temperature !== undefined) call.temperature = facts.temperature;
  const errorType = textAt(span, OTEL.errorType);
  if (errorType !== undefined) call.errorType = errorType;
  const serviceName = textAt(span.resource, OTEL.serviceName);
  if (serviceName !== undefined) call.serviceName = serviceName;
  const reported = facts.reportedCost ?? reportedCostOf(span);
  if (reported !== undefined && reported !== 'none') call.context = { ...facts.context, reported_cost: reported };
  return call;
}

function startOf(span: Span): number {
  return span.startedAtUs === 0 ? span.endedAtUs : span.startedAtUs;
}
