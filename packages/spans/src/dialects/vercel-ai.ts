import { isObject, type JsonObject, type Meter } from '@costspan/usage';
import type { Span } from '../span.ts';
import { callFacts } from './call-facts.ts';
import type { CallFacts, Dialect } from './dialect.ts';
import { TagCollector } from './dialect-tags.ts';
import { type Facts, FactTable, takeCount } from './fact-table.ts';
import { GEN_AI_FACTS } from './gen-ai-names.ts';
import { parseJsonObject } from './json-text.ts';
import type { SpanRole } from './operations.ts';
import { textAt } from './span-facts.ts';

const OPERATION = 'ai.operationId';
const PROVIDER = 'ai.model.provider';
const FUNCTION = 'ai.telemetry.functionId';
const PROVIDER_METADATA = 'ai.response.providerMetadata';
const METADATA = 'ai.telemetry.metadata.';
const CONTEXT = 'ai.settings.context.';
/** Names that only version 6 and later write. */
const UNCACHED = 'ai.usage.inputTokenDetails.noCacheTokens';
const VERSION_6_COUNTS = [
  UNCACHED,
  'ai.usage.inputTokenDetails.cacheReadTokens',
  'ai.usage.inputTokenDetails.cacheWriteTokens',
  'ai.usage.outputTokenDetails.textTokens',
] as const;

const TABLE = new FactTable(
  {
    operation: [OPERATION],
    provider: [PROVIDER, ...GEN_AI_FACTS.provider],
    requestModel: ['ai.model.id', ...GEN_AI_FACTS.requestModel],
    responseModel: ['ai.response.model', ...GEN_AI_FACTS.responseModel],
    responseId: ['ai.response.id', ...GEN_AI_FACTS.responseId],
    firstChunkMs: ['ai.response.msToFirstChunk', 'ai.stream.msToFirstChunk'],
    maxTokens: [...GEN_AI_FACTS.maxTokens, 'ai.settings.maxOutputTokens', 'ai.settings.maxTokens'],
    temperature: [...GEN_AI_FACTS.temperature, 'ai.settings.temperature'],
    name: ['ai.toolCall.name', FUNCTION],
  },
  {
    input_tokens: ['ai.usage.inputTokens', 'ai.usage.promptTokens', 'ai.usage.tokens', 'gen_ai.usage.input_tokens'],
    output_tokens: ['ai.usage.outputTokens', 'ai.usage.completionTokens', 'gen_ai.usage.output_tokens'],
    cache_read_tokens: ['ai.usage.inputTokenDetails.cacheReadTokens', 'ai.usage.cachedInputTokens'],
    cache_write_tokens: ['ai.usage.inputTokenDetails.cacheWriteTokens'],
    output_reasoning_tokens: ['ai.usage.outputTokenDetails.reasoningTokens', 'ai.usage.reasoningTokens'],
  },
);

/**
 * The Vercel AI SDK, versions 4 to 7 (`ai.*`; what version 7 writes with `@ai-sdk/otel` is the conventions'). Recorded with
 * `ai` 4.3.19, 5.0.277 and 6.0.326 and their providers: `ai.generateText` and its like stand above the provider call and
 * repeat its usage; the call is the `do…` span below. Up to version 5 the counts are the provider's own, so those of
 * Anthropic and Bedrock leave the cached tokens out and those of Google the thoughts; from version 6 on they hold both.
 */
export const vercelAi: Dialect = {
  name: 'vercel-ai',
  convention: (span) => (isBeforeVersion6(span) && excludesCache(span) ? 'cache_excluded' : 'cache_included'),
  attributes: [...TABLE.attributes, ...VERSION_6_COUNTS, PROVIDER_METADATA],
  prefixes: [METADATA, CONTEXT],
  recognises: ({ attributes }) => attributes.has(OPERATION),
  read: (span) => {
    const tags = new TagCollector();
    const found = TABLE.read(span, (name, value) => {
      if (name.startsWith(METADATA)) tags.add(name.slice(METADATA.length), value);
      else if (name.startsWith(CONTEXT)) tags.add(name.slice(CONTEXT.length), value);
    });
    tags.addAs('feature_name', span.attributes.get(FUNCTION));
    const over: Partial<CallFacts> = roleOf(found.operation);
    if (over.kind !== 'call') return callFacts(span, found, over, tags);
    if (isBeforeVersion6(span) && isGoogle(span)) addThoughts(found.meters);
    const tier = takeProviderMetadata(found, parseJsonObject(span.attributes.get(PROVIDER_METADATA)));
    return callFacts(span, tier === undefined ? found : { ...found, serviceTier: tier }, over, tags);
  },
};

/** `ai.generateText.doGenerate` is the call that `ai.generateText` makes. */
function roleOf(operation: string | undefined): SpanRole {
  if (operation === undefined) return { kind: 'other', operation: 'unknown' };
  return ROLES.get(operation.slice(operation.lastIndexOf('.') + 1)) ?? { kind: 'framework', operation };
}

const ROLES: ReadonlyMap<string, SpanRole> = new Map([
  ['doGenerate', { kind: 'call', operation: 'chat' }],
  ['doStream', { kind: 'call', operation: 'chat' }],
  ['doEmbed', { kind: 'call', operation: 'embeddings' }],
  ['doRerank', { kind: 'call', operation: 'rerank' }],
  ['toolCall', { kind: 'tool', operation: 'execute_tool' }],
]);

function isBeforeVersion6(span: Span): boolean {
  return !VERSION_6_COUNTS.some((name) => span.attributes.has(name));
}

/** `anthropic.messages`, `vertex.anthropic.messages`, `amazon-bedrock`. */
function excludesCache(span: Span): boolean {
  const provider = textAt(span, PROVIDER) ?? '';
  return provider.includes('anthropic') || provider.includes('bedrock');
}

function isGoogle(span: Span): boolean {
  return (textAt(span, PROVIDER) ?? '').startsWith('google');
}

function addThoughts(meters: Facts['meters']): void {
  const { output_tokens: output, output_reasoning_tokens: thoughts } = meters;
  if (output !== undefined && thoughts !== undefined) meters.output_tokens = output + thoughts;
}

/** Counts that only the provider's own words hold, and the tier it served. What is counted already stays. */
function takeProviderMetadata(found: Facts, metadata: JsonObject | undefined): string | undefined {
  if (metadata === undefined) return undefined;
  let tier: string | undefined;
  for (const [provider, part] of Object.entries(metadata)) {
    if (!isObject(part)) continue;
    const usage = isObject(part.usage) ? part.usage : {};
    const creation = isObject(usage.cache_creation) ? usage.cache_creation : {};
    const served = part.serviceTier ?? usage.service_tier;
    if (typeof served === 'string') tier ??= served;
    for (const [meter, ...counts] of [
      ['cache_read_tokens', part.cachedPromptTokens, part.cacheReadInputTokens],
      ['cache_read_tokens', usage.cache_read_input_tokens, usage.cacheReadInputTokens],
      ['cache_write_tokens', part.cacheCreationInputTokens, usage.cache_creation_input_tokens],
      ['cache_write_tokens', usage.cacheWriteInputTokens, part.cacheWriteInputTokens],
      ['cache_write_5m_tokens', creation.ephemeral_5m_input_tokens],
      ['cache_write_1h_tokens', creation.ephemeral_1h_input_tokens],
      ['output_reasoning_tokens', part.reasoningTokens],
    ] as const satisfies readonly (readonly [Meter, ...unknown[]])[]) {
      const count = counts.find((value) => typeof value === 'number');
      if (count !== undefined && found.meters[meter] === undefined) {
        takeCount(found, meter, `${PROVIDER_METADATA}.${provider}`, count);
      }
    }
  }
  return tier;
}
