import type { Finding, JsonObject, Meters, Outcome, PricingContext, ReportedCost, UsageStatus } from '@costspan/usage';
import type { Occurrences } from './engine/occurrences.ts';

/**
 * A file that another system wrote about past calls. The contract of every file in this folder; `index.ts` lists them, and
 * the first that recognises a record reads the file.
 */
export interface BackfillFormat {
  /** As `--from` names it, and as the tag `import` of every row says. */
  readonly name: string;
  /** What it is, for the help. */
  readonly title: string;
  /** Which field becomes which tag unless `--map` says otherwise. A path has dots. */
  readonly tags: Readonly<Record<string, string>>;
  /** True when a record (a JSON object of the file, or a CSV row as an object of texts) is of this format. */
  recognises(record: JsonObject): boolean;
  /** What a record says. Never throws; whatever cannot be read is a finding. */
  read(record: JsonObject, context: ReadContext): readonly ReadRow[];
}

export interface ReadContext {
  /** Milliseconds since 1970. A bucket that is not over yet is left out, since it would be known under the same id later. */
  readonly nowMs: number;
  /** Tells equal rows of one CSV file apart. */
  readonly occurrences: Occurrences;
}

/** What became of one row. It has a call, or a reason for having none, or only findings. */
export interface ReadRow {
  /** Place inside the record, such as `results[2]`; empty for the whole. */
  readonly at: string;
  readonly call?: BackfillCall;
  /** Why a row that is well-formed is no call. One of few sentences: they are counted. */
  readonly leftOut?: string;
  readonly findings: readonly Finding[];
}

/** A past call, or the sum of many where the source only has sums. */
export interface BackfillCall {
  /** What makes this row itself and no other, whatever the file it is in. Its hash is the id of the span. */
  readonly identity: readonly string[];
  /** The ids the row already has. */
  readonly ids?: { readonly traceId: string; readonly spanId: string; readonly parentSpanId?: string };
  readonly startedAtUs: number;
  readonly durationUs: number;
  /** A `gen_ai.provider.name` value. */
  readonly provider: string;
  readonly operation: string;
  readonly requestModel?: string;
  readonly responseModel?: string;
  readonly responseId?: string;
  readonly meters: Meters;
  readonly usageStatus: UsageStatus;
  readonly context: Omit<PricingContext, 'reported_cost'>;
  /** What the provider itself stated. */
  readonly reportedCost?: ReportedCost;
  /** What the source worked out. Sent only when the user wants it kept. */
  readonly sourceCost?: ReportedCost;
  readonly outcome: Outcome;
  readonly errorType?: string;
  readonly timeToFirstChunkUs?: number;
  readonly conversationId?: string;
  /** The prompt template behind the call, and its version; never its text. */
  readonly promptId?: string;
  readonly promptVersion?: string;
  readonly agentName?: string;
  readonly workflowName?: string;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly serviceName?: string;
  /** The row is the sum of a bucket of this length: `1m`, `1h`, `1d`. */
  readonly bucket?: string;
  /** Where tags are taken from. */
  readonly fields: JsonObject;
  /** Tags the row states by their own names. */
  readonly ownTags?: Readonly<Record<string, string>>;
}
