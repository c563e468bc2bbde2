import type { Outcome } from '@costspan/usage';

/** What a span above or beside the provider calls is. `framework` is a call of a library that makes the provider call below it. */
export const CONTEXT_KINDS = ['workflow', 'agent', 'tool', 'framework', 'retrieval', 'other'] as const;
export type ContextKind = (typeof CONTEXT_KINDS)[number];

/** A span that is about a model and is not billed: what a trace is rolled up by. */
export interface ContextSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startedAtUs: number;
  readonly durationUs: number;
  readonly kind: ContextKind;
  /** `invoke_agent`, `execute_tool`, …; as the dialect reads it. */
  readonly operation: string;
  /** Of the workflow, agent or tool. */
  readonly name?: string;
  readonly dialect: string;
  readonly outcome: Outcome;
  readonly serviceName?: string;
  readonly conversationId?: string;
}
