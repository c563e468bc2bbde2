import type {
  CacheConvention,
  CallRecord,
  Finding,
  Meters,
  Outcome,
  PricingContext,
  ReportedCost,
  UsageStatus,
} from '@costspan/usage';
import type { ContextKind } from '../context-span.ts';
import type { AttributeValue, Span } from '../span.ts';

/**
 * One way of writing a model call onto a span. The contract of every file in this folder; `index.ts` lists them, and the
 * first that recognises a span reads it.
 */
export interface Dialect {
  readonly name: string;
  /**
   * What this dialect's input count means; a function where its emitters differ, by the provider or by the scope that wrote
   * the span. There is no default: a wrong guess cannot be detected from one call.
   */
  readonly convention: CacheConvention | ((span: Span, provider: string) => CacheConvention);
  /** The attribute names it reads. What no dialect names is never decoded. */
  readonly attributes: readonly string[];
  /** Beginnings of names it reads, each ending in a dot. */
  readonly prefixes: readonly string[];
  /** True when the span is written in this dialect and is about a model, billed or not. Asked of every span: a few lookups. */
  recognises(span: Span): boolean;
  /** Never throws; what cannot be read is a finding. */
  read(span: Span): CallFacts;
}

/** What a span says about a call. Ids, times and our own tags are read the same way for every dialect. */
export interface CallFacts extends NamedFacts {
  /** `call` is one request that a provider bills; anything else stands above or beside one. `costspan.billable` overrules it. */
  readonly kind: 'call' | ContextKind;
  readonly provider: string;
  readonly operation: string;
  /** As the dialect counts: {@link Dialect.convention} says what `input_tokens` holds. */
  readonly meters: Meters;
  readonly usageStatus: UsageStatus;
  readonly context: PricingContext;
  readonly outcome: Outcome;
  /** Of the workflow, agent or tool that the span is about. */
  readonly name?: string;
  /** The dialect's own words for who a call was for, by tag key. They stand behind our own tags. */
  readonly tags?: DialectTags;
  /**
   * A cost under a name of this dialect alone. `none` where the emitter writes its own price list's opinion under a name that
   * others use for what was charged.
   */
  readonly reportedCost?: ReportedCost | 'none';
  readonly findings: readonly UsageFinding[];
}

/** Facts that a call record carries under the same names. */
export type NamedFacts = Pick<
  CallRecord,
  | 'requestModel'
  | 'responseModel'
  | 'responseId'
  | 'timeToFirstChunkUs'
  | 'conversationId'
  | 'promptId'
  | 'promptVersion'
  | 'agentName'
  | 'workflowName'
  | 'maxTokens'
  | 'temperature'
>;

export type DialectTags = Readonly<Record<string, AttributeValue>>;

/** A finding about one count. `meter` is where the count belonged; `undefined` when its name is no meter. */
export interface UsageFinding extends Finding {
  readonly meter: string;
}
