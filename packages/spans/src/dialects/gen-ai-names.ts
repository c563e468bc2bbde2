import { GEN_AI, OTEL } from '@costspan/usage';
import type { FactNames, MeterNames } from './fact-table.ts';

/** Deprecated since v1.37. */
export const SYSTEM = 'gen_ai.system';

/** Where the GenAI conventions keep the facts of a call. Current name first, then the names it had. */
export const GEN_AI_FACTS = {
  provider: [GEN_AI.providerName, SYSTEM],
  operation: [GEN_AI.operationName],
  requestModel: [GEN_AI.requestModel],
  responseModel: [GEN_AI.responseModel],
  responseId: [GEN_AI.responseId],
  firstChunkSeconds: [GEN_AI.responseTimeToFirstChunk],
  conversationId: [GEN_AI.conversationId, 'session.id'],
  promptId: ['gen_ai.prompt.name'],
  promptVersion: ['gen_ai.prompt.version'],
  agentName: ['gen_ai.agent.name'],
  workflowName: ['gen_ai.workflow.name'],
  name: ['gen_ai.tool.name', 'gen_ai.data_source.id'],
  serverAddress: [OTEL.serverAddress],
  maxTokens: [GEN_AI.requestMaxTokens],
  temperature: [GEN_AI.requestTemperature],
  serviceTier: [
    OTEL.openaiResponseServiceTier,
    OTEL.anthropicResponseServiceTier,
    'gen_ai.openai.response.service_tier',
  ],
} as const satisfies FactNames;

/**
 * Where counts stand. v1.41 said `cache_creation`, v1.26 `prompt_tokens`. The modality counts are those of the conventions'
 * own repository, October 2026. The names with `cache_read_input_tokens` come from before the conventions had one and live
 * on in OpenLLMetry, dd-trace and Strands; `.cached` and `.reasoning` are Sentry's, `.details.` Pydantic AI's.
 */
export const GEN_AI_METERS = {
  input_tokens: [GEN_AI.usageInputTokens, 'gen_ai.usage.prompt_tokens'],
  output_tokens: [GEN_AI.usageOutputTokens, 'gen_ai.usage.completion_tokens'],
  cache_read_tokens: [
    GEN_AI.usageCacheReadInputTokens,
    'gen_ai.usage.cache_read_input_tokens',
    'gen_ai.usage.input_tokens.cached',
    'gen_ai.usage.details.cache_read_tokens',
  ],
  cache_write_tokens: [
    GEN_AI.usageCacheWriteInputTokens,
    'gen_ai.usage.cache_creation.input_tokens',
    'gen_ai.usage.cache_creation_input_tokens',
    'gen_ai.usage.cache_write_input_tokens',
    'gen_ai.usage.input_tokens.cache_write',
    'gen_ai.usage.details.cache_write_tokens',
  ],
  output_reasoning_tokens: [
    GEN_AI.usageReasoningOutputTokens,
    'gen_ai.usage.reasoning_tokens',
    'gen_ai.usage.reasoning_output_tokens',
    'gen_ai.usage.output_tokens.reasoning',
    'gen_ai.usage.details.reasoning_tokens',
  ],
  input_text_tokens: ['gen_ai.usage.text.input_tokens'],
  input_audio_tokens: ['gen_ai.usage.audio.input_tokens', 'gen_ai.usage.details.input_audio_tokens'],
  input_image_tokens: ['gen_ai.usage.image.input_tokens'],
  output_text_tokens: ['gen_ai.usage.text.output_tokens'],
  output_audio_tokens: ['gen_ai.usage.audio.output_tokens', 'gen_ai.usage.details.output_audio_tokens'],
  output_image_tokens: ['gen_ai.usage.image.output_tokens'],
  cache_text_read_tokens: ['gen_ai.usage.text.cache_read.input_tokens'],
  cache_audio_read_tokens: ['gen_ai.usage.audio.cache_read.input_tokens'],
  cache_image_read_tokens: ['gen_ai.usage.image.cache_read.input_tokens'],
} as const satisfies MeterNames;
