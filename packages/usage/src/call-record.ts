import type { PricingContext } from './pricing-context.ts';
import type { Tags } from './tags.ts';
import type { Usage } from './usage.ts';

/**
 * How a call ended. `cancelled` is the application's choice (abort, early break), `truncated` the provider's or the
 * network's, `abandoned` a stream nobody read to its end.
 */
export const OUTCOMES = ['ok', 'error', 'cancelled', 'truncated', 'abandoned'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One billable request to a model provider, as it leaves the normaliser and enters pricing and the ledger. */
export interface CallRecord {
  /** 32 and 16 lower-case hex digits. The pair is the identity of the call: the same pair again is a retry. */
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  /** Microseconds since 1970 UTC. Prices are those of `startedAtUs`. */
  readonly startedAtUs: number;
  readonly durationUs: number;
  /** An OpenTelemetry `gen_ai.provider.name` value, such as `azure.ai.openai`. */
  readonly provider: string;
  /** `chat`, `embeddings`, `text_completion`, … */
  readonly operation: string;
  readonly requestModel?: string;
  readonly responseModel?: string;
  readonly responseId?: string;
  readonly usage: Usage;
  readonly context: PricingContext;
  readonly outcome: Outcome;
  readonly errorType?: string;
  readonly timeToFirstChunkUs?: number;
  readonly serviceName?: string;
  readonly tags: Tags;
  /** Which way of writing a call this one came in: the name of a dialect or of an import. */
  readonly dialect?: string;
  /** True when the sender itself marked this span as the billed one; then no span below or above it takes its place. */
  readonly billableStated?: true;
  readonly conversationId?: string;
  /** The prompt template behind the call, and its version; never its text. */
  readonly promptId?: string;
  readonly promptVersion?: string;
  /** The agent and the workflow that the call itself names. */
  readonly agentName?: string;
  readonly workflowName?: string;
  /** As requested; absent when the request did not say. */
  readonly maxTokens?: number;
  readonly temperature?: number;
}
