import { GEN_AI, type Meter } from '@costspan/usage';
import { STATUS_CODE_ERROR } from '../otlp/traces.ts';
import type { Dialect } from './dialect.ts';
import { isProviderCall } from './operations.ts';
import { providerFrom } from './provider-names.ts';
import { MODEL_ATTRIBUTES, modelFacts, namesIn, readMeters, servedContext, textAt } from './span-facts.ts';

/** Deprecated since v1.37. */
const SYSTEM = 'gen_ai.system';

/**
 * Current name first, then the names it had: v1.41 said `cache_creation`, v1.26 said `prompt_tokens`. The modality counts
 * are those of the conventions' own repository, October 2026.
 */
const METERS: readonly (readonly [Meter, ...string[]])[] = [
  ['input_tokens', GEN_AI.usageInputTokens, 'gen_ai.usage.prompt_tokens'],
  ['output_tokens', GEN_AI.usageOutputTokens, 'gen_ai.usage.completion_tokens'],
  ['cache_read_tokens', GEN_AI.usageCacheReadInputTokens],
  ['cache_write_tokens', GEN_AI.usageCacheWriteInputTokens, 'gen_ai.usage.cache_creation.input_tokens'],
  ['output_reasoning_tokens', GEN_AI.usageReasoningOutputTokens],
  ['input_text_tokens', 'gen_ai.usage.text.input_tokens'],
  ['input_audio_tokens', 'gen_ai.usage.audio.input_tokens'],
  ['input_image_tokens', 'gen_ai.usage.image.input_tokens'],
  ['output_text_tokens', 'gen_ai.usage.text.output_tokens'],
  ['output_audio_tokens', 'gen_ai.usage.audio.output_tokens'],
  ['output_image_tokens', 'gen_ai.usage.image.output_tokens'],
  ['cache_text_read_tokens', 'gen_ai.usage.text.cache_read.input_tokens'],
  ['cache_audio_read_tokens', 'gen_ai.usage.audio.cache_read.input_tokens'],
  ['cache_image_read_tokens', 'gen_ai.usage.image.cache_read.input_tokens'],
];

const USAGE_NAMES = namesIn(METERS);

/** The GenAI semantic conventions, current and v1.41, as any instrumentation writes them. */
export const otelGenAi: Dialect = {
  name: 'otel-genai',
  convention: 'cache_included',
  attributes: [GEN_AI.operationName, GEN_AI.providerName, SYSTEM, ...MODEL_ATTRIBUTES, ...USAGE_NAMES],
  prefixes: [],
  recognises: ({ attributes }) =>
    attributes.has(GEN_AI.operationName) ||
    attributes.has(GEN_AI.providerName) ||
    attributes.has(SYSTEM) ||
    USAGE_NAMES.some((name) => attributes.has(name)),
  read: (span) => {
    const reader = readMeters(span, METERS);
    const models = modelFacts(span);
    const operation = textAt(span, GEN_AI.operationName);
    return {
      billable: isProviderCall(operation, models.responseModel ?? models.requestModel, span),
      provider: providerFrom(textAt(span, GEN_AI.providerName) ?? textAt(span, SYSTEM)),
      operation: operation ?? 'unknown',
      ...models,
      meters: reader.meters,
      usageStatus: reader.isEmpty ? 'unavailable' : 'reported',
      context: servedContext(span),
      outcome: span.statusCode === STATUS_CODE_ERROR ? 'error' : 'ok',
      findings: reader.findings,
    };
  },
};
