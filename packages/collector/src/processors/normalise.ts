import { type CallRecord, COSTSPAN, OTEL, type PricingContext, TAG_PREFIX } from '@costspan/usage';
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
  return {
    kind: 'call',
    call: { ...identityOf(span), ...factsOf(facts, dialect, span), tags },
    findings: facts.findings,
    refusedTags: refused,
  };
}

function missingIn(span: Span): string | undefined {
  if (span.traceId === '') return 'it has no valid trace id (16 bytes, not all zero)';
  if (span.spanId === '') return 'it has no valid span id (8 bytes, not all zero)';
  if (span.startedAtUs === 0 && span.endedAtUs === 0) return 'it has neither a start nor an end time';
  return undefined;
}

function identityOf(
  span: Span,
): Pick<CallRecord, 'traceId' | 'spanId' | 'parentSpanId' | 'startedAtUs' | 'durationUs'> {
  const startedAtUs = span.startedAtUs === 0 ? span.endedAtUs : span.startedAtUs;
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId === '' ? {} : { parentSpanId: span.parentSpanId }),
    startedAtUs,
    durationUs: Math.max(0, span.endedAtUs - startedAtUs),
  };
}

function factsOf(facts: CallFacts, dialect: Dialect, span: Span) {
  const { billable: _, meters, usageStatus, context, findings: __, ...rest } = facts;
  const errorType = textAt(span, OTEL.errorType);
  const serviceName = textAt(span.resource, OTEL.serviceName);
  return {
    ...rest,
    usage: { meters: dialect.convention === 'cache_excluded' ? includeCache(meters) : meters, status: usageStatus },
    context: contextOf(context, span),
    ...(errorType === undefined ? {} : { errorType }),
    ...(serviceName === undefined ? {} : { serviceName }),
  };
}

function contextOf(context: PricingContext, span: Span): PricingContext {
  const reported = reportedCostOf(span);
  return reported === undefined ? context : { ...context, reported_cost: reported };
}
