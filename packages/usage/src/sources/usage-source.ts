import type { Finding } from '../errors.ts';
import type { Meters } from '../meters.ts';
import type { PricingContext } from '../pricing-context.ts';
import type { Usage } from '../usage.ts';
import type { CountReader } from './count-reader.ts';
import type { JsonObject } from './json-object.ts';

/**
 * Whether the source's own input count holds the cached tokens (`cache_included`: OpenAI, Gemini) or leaves them beside it
 * (`cache_excluded`: Anthropic, Bedrock Converse). There is no default: a wrong guess cannot be detected from one call.
 */
export type CacheConvention = 'cache_included' | 'cache_excluded';

/** One provider usage shape. The contract of every file in this folder. */
export interface UsageSource {
  /** `<shape>.<api>`, for example `openai.chat`. */
  readonly name: string;
  /** Providers whose API answers in this shape, spelled as `usageProvider` spells them. */
  readonly providers: readonly string[];
  /** Names by which callers ask for this API. */
  readonly apis: readonly string[];
  readonly convention: CacheConvention;
  /** The usage object of an answer that keeps it elsewhere than in `usage`. Headers are in lower case. */
  locate?(answer: JsonObject, headers: JsonObject): unknown;
  /** True when a usage object is of this shape. Asked when the caller does not name the API. */
  matches(usage: JsonObject): boolean;
  /**
   * An answer (or its merged stream form) to meters. Never throws; a count that is not one becomes a finding.
   * Headers are in lower case.
   */
  extract(answer: JsonObject, usage: JsonObject, read: CountReader, headers: JsonObject): ExtractedParts;
}

interface ExtractedParts {
  /** The model at which the meters are billed, where the answer names a system of several models instead. */
  readonly model?: string;
  readonly meters: Meters;
  readonly context?: PricingContext;
  readonly subUsages?: readonly SubUsage[];
}

/** Tokens inside one response that are billed at another model, such as Anthropic's advisor or the models of Groq's compound systems. */
export interface SubUsage {
  readonly model: string;
  readonly meters: Meters;
}

export interface ExtractedUsage {
  /** The model named in the body, when it names one. */
  readonly model?: string;
  readonly usage: Usage;
  readonly context: PricingContext;
  readonly subUsages: readonly SubUsage[];
  /** The source that read it, `undefined` when none matched. */
  readonly source?: string;
  readonly findings: readonly Finding[];
}
