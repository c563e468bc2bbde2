import type { CacheConvention, Finding, Meters, Outcome, PricingContext, UsageStatus } from '@costspan/usage';
import type { Span } from '../otlp/traces.ts';

/**
 * One way of writing a model call onto a span. The contract of every file in this folder; `index.ts` lists them, and the
 * first that recognises a span reads it.
 */
export interface Dialect {
  readonly name: string;
  /** What this dialect's input count means. There is no default: a wrong guess cannot be detected from one call. */
  readonly convention: CacheConvention;
  /** The attribute names it reads. What no dialect names is never decoded. */
  readonly attributes: readonly string[];
  /** Beginnings of names it reads, each ending in a dot. */
  readonly prefixes: readonly string[];
  /** True when the span is written in this dialect and is about a model, billed or not. */
  recognises(span: Span): boolean;
  /** Never throws; what cannot be read is a finding. */
  read(span: Span): CallFacts;
}

/** What a span says about a call. Ids, times, tags and costs are read the same way for every dialect. */
export interface CallFacts {
  /** False on spans above or beside the provider call. `costspan.billable` on the span overrules it. */
  readonly billable: boolean;
  readonly provider: string;
  readonly operation: string;
  readonly requestModel?: string;
  readonly responseModel?: string;
  readonly responseId?: string;
  /** As the dialect counts: {@link Dialect.convention} says what `input_tokens` holds. */
  readonly meters: Meters;
  readonly usageStatus: UsageStatus;
  readonly context: PricingContext;
  readonly outcome: Outcome;
  readonly timeToFirstChunkUs?: number;
  readonly findings: readonly UsageFinding[];
}

/** A finding about one count. `meter` is where the count belonged; `undefined` when its name is no meter. */
export interface UsageFinding extends Finding {
  readonly meter: string;
}
