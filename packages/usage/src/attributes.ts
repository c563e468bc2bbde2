/**
 * Every telemetry attribute name we write or read. `gen_ai.*` names are those of the GenAI semantic conventions
 * (profile `latest`: repository open-telemetry/semantic-conventions-genai, October 2026); they are vendored because no
 * released package carries them. Names of ours never start with `llm.` or `_dd.`, which Datadog drops, and are never arrays.
 */
export const GEN_AI = {
  operationName: 'gen_ai.operation.name',
  providerName: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  requestStream: 'gen_ai.request.stream',
  requestMaxTokens: 'gen_ai.request.max_tokens',
  requestTemperature: 'gen_ai.request.temperature',
  requestTopP: 'gen_ai.request.top_p',
  requestTopK: 'gen_ai.request.top_k',
  requestSeed: 'gen_ai.request.seed',
  requestChoiceCount: 'gen_ai.request.choice.count',
  requestFrequencyPenalty: 'gen_ai.request.frequency_penalty',
  requestPresencePenalty: 'gen_ai.request.presence_penalty',
  requestReasoningLevel: 'gen_ai.request.reasoning.level',
  requestEncodingFormats: 'gen_ai.request.encoding_formats',
  requestStopSequences: 'gen_ai.request.stop_sequences',
  responseModel: 'gen_ai.response.model',
  responseId: 'gen_ai.response.id',
  responseFinishReasons: 'gen_ai.response.finish_reasons',
  responseTimeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  conversationId: 'gen_ai.conversation.id',
  promptName: 'gen_ai.prompt.name',
  promptVersion: 'gen_ai.prompt.version',
  agentName: 'gen_ai.agent.name',
  workflowName: 'gen_ai.workflow.name',
  outputType: 'gen_ai.output.type',
  embeddingsDimensionCount: 'gen_ai.embeddings.dimension.count',
  usageInputTokens: 'gen_ai.usage.input_tokens',
  usageOutputTokens: 'gen_ai.usage.output_tokens',
  usageCacheReadInputTokens: 'gen_ai.usage.cache_read.input_tokens',
  usageCacheWriteInputTokens: 'gen_ai.usage.cache_write.input_tokens',
  usageReasoningOutputTokens: 'gen_ai.usage.reasoning.output_tokens',
  /** Proposed for the conventions; we write it only for a cost that the provider itself stated (`source`: `provider`). */
  usageCostAmount: 'gen_ai.usage.cost.amount',
  usageCostCurrency: 'gen_ai.usage.cost.currency',
  usageCostSource: 'gen_ai.usage.cost.source',
} as const;

/** The schema URL of profile `latest`. */
export const GEN_AI_SCHEMA_URL = 'https://opentelemetry.io/schemas/gen-ai-dev/1.43.0';

/** Stable and provider-specific names beside `gen_ai.*`. */
export const OTEL = {
  serverAddress: 'server.address',
  serverPort: 'server.port',
  errorType: 'error.type',
  serviceName: 'service.name',
  deploymentEnvironment: 'deployment.environment.name',
  openaiApiType: 'openai.api.type',
  openaiRequestServiceTier: 'openai.request.service_tier',
  openaiResponseServiceTier: 'openai.response.service_tier',
  openaiResponseSystemFingerprint: 'openai.response.system_fingerprint',
  anthropicRequestServiceTier: 'anthropic.request.service_tier',
  anthropicResponseServiceTier: 'anthropic.response.service_tier',
} as const;

/** Prefix of business tags: `costspan.tag.customer_id`. */
export const TAG_PREFIX = 'costspan.tag.';
/** Prefix of meters that the conventions have no name for: `costspan.meter.web_searches`. */
export const METER_PREFIX = 'costspan.meter.';

export const COSTSPAN = {
  /** `true` on the one span of a call that a provider bills; `false` on framework and agent spans. */
  billable: 'costspan.billable',
  /** `reported`, `estimated` or `unavailable`. */
  usageStatus: 'costspan.usage.status',
  /** Codes of what was wrong with the usage that was reported, such as `TOTAL_MISMATCH`, joined by commas. Absent where nothing was. */
  usageFindings: 'costspan.usage.findings',
  /** `ok`, `error`, `cancelled`, `truncated` or `abandoned`. */
  outcome: 'costspan.outcome',
  /** How many HTTP attempts the SDK made. Present when more than one. */
  attempts: 'costspan.attempts',
  /** Where each tag was set, as `customer_id=context,team=process`: `call`, `context`, `client` or `process`. */
  tagSources: 'costspan.tags.sources',
  /** Required tags that the call does not have, joined by commas. */
  tagsMissing: 'costspan.tags.missing',
  contextServiceTier: 'costspan.context.service_tier',
  contextSpeed: 'costspan.context.speed',
  contextRegion: 'costspan.context.region',
  contextBatch: 'costspan.context.batch',
  /** The size of one prompt on a span whose counts are the sum of several requests. */
  contextPromptTokens: 'costspan.context.prompt_tokens',
  /** Nearest double of the exact total. For charts in backends that cannot read a decimal string. */
  costTotal: 'costspan.cost.total',
  /** Plain decimal string; the truth. */
  costTotalExact: 'costspan.cost.total_exact',
  costCurrency: 'costspan.cost.currency',
  costStatus: 'costspan.cost.status',
  costReason: 'costspan.cost.reason',
  /** `provider/model` of the price card. */
  costCard: 'costspan.cost.card',
  /** Content hash of the catalogue that priced the call. */
  costVersion: 'costspan.cost.version',
  costInput: 'costspan.cost.input',
  costCacheRead: 'costspan.cost.cache_read',
  costCacheWrite: 'costspan.cost.cache_write',
  costOutput: 'costspan.cost.output',
  costOther: 'costspan.cost.other',
  /** What a quota said about the call when it was not a plain yes: `warn`, `downgrade` or `deny`. */
  quotaDecision: 'costspan.quota.decision',
  /** Why: `limit`, `trial_ended`, `unpriced` or `store_unreachable`. */
  quotaReason: 'costspan.quota.reason',
  /** Ids of the rules whose limits were exceeded, joined by commas. */
  quotaRules: 'costspan.quota.rules',
  /** `open` or `degraded`: the counters could not be reached, and the call passed by the rule's fail mode. */
  quotaUncertain: 'costspan.quota.uncertain',
  /** The model that the application asked for, where a quota sent the call to another one. */
  quotaModelAsked: 'costspan.quota.model_asked',
} as const;

/** Meters that the conventions name. Every other meter travels as `costspan.meter.<meter>`. */
export const METER_ATTRIBUTES = {
  input_tokens: GEN_AI.usageInputTokens,
  output_tokens: GEN_AI.usageOutputTokens,
  cache_read_tokens: GEN_AI.usageCacheReadInputTokens,
  cache_write_tokens: GEN_AI.usageCacheWriteInputTokens,
  output_reasoning_tokens: GEN_AI.usageReasoningOutputTokens,
} as const;
