export { COSTSPAN, GEN_AI, GEN_AI_SCHEMA_URL, METER_ATTRIBUTES, METER_PREFIX, OTEL, TAG_PREFIX } from './attributes.ts';
export { type CallRecord, OUTCOMES, type Outcome } from './call-record.ts';
export { CostspanError, type Finding, InvalidInputError } from './errors.ts';
export { type ExtractInput, extractUsage, extractWith } from './extract-usage.ts';
export { usageProvider } from './extract-usage-provider.ts';
export {
  isMeter,
  isPartOf,
  METER_NAMES,
  METERS,
  type Meter,
  type MeterDefinition,
  type Meters,
  type TokenFacets,
} from './meters.ts';
export {
  type Atto,
  addMoney,
  attoFromInteger,
  formatMoney,
  MONEY_SCALE,
  moneyToNumber,
  parseMoney,
  splitMoney,
  sumMoney,
  ZERO,
} from './money.ts';
export { nearestName } from './nearest-name.ts';
export type { PricingContext, ReportedCost } from './pricing-context.ts';
export { PROVIDER_NAMES, type ProviderName } from './providers.ts';
export { regionOfHost } from './region-of-host.ts';
export { definedMeters, type ReadCounts } from './sources/add-meters.ts';
export { anthropicMessages } from './sources/anthropic-messages.ts';
export { bedrockConverse } from './sources/bedrock-converse.ts';
export { bedrockTokenCounts } from './sources/bedrock-token-counts.ts';
export { cohereBilledUnits } from './sources/cohere-billed-units.ts';
export { COST_HEADER, costInHeaders } from './sources/cost-in-headers.ts';
export { geminiGenerateContent } from './sources/gemini-generate-content.ts';
export { geminiInteractions } from './sources/gemini-interactions.ts';
export { groqChat } from './sources/groq-chat.ts';
export { USAGE_SOURCES } from './sources/index.ts';
export { isObject, type JsonObject } from './sources/json-object.ts';
export { mistralChat } from './sources/mistral-chat.ts';
export { mistralOcr } from './sources/mistral-ocr.ts';
export { ollama } from './sources/ollama.ts';
export { openaiAudioTokens } from './sources/openai-audio-tokens.ts';
export { openaiChat } from './sources/openai-chat.ts';
export { openaiEmbeddings } from './sources/openai-embeddings.ts';
export { openaiImages } from './sources/openai-images.ts';
export { openaiRealtime } from './sources/openai-realtime.ts';
export { openaiResponses } from './sources/openai-responses.ts';
export type { CacheConvention, ExtractedUsage, SubUsage, UsageSource } from './sources/usage-source.ts';
export {
  checkTags,
  NO_TAGS,
  overlayTags,
  settleTags,
  TAGS_CONTEXT_KEY,
  type TagChanges,
  type TagInput,
} from './tag-changes.ts';
export {
  type GlossedTags,
  glossTags,
  MISSING_RULES,
  type MissingRule,
  PII_RULES,
  type PiiRule,
  parseTagGlossary,
  type TagDefinition,
  type TagGlossary,
  tagGlossaryTypes,
} from './tag-glossary.ts';
export {
  FIRST_CLASS_TAGS,
  type FirstClassTag,
  isTagKey,
  parseTags,
  TAG_KEY_LENGTH_MAX,
  TAG_VALUE_LENGTH_MAX,
  TAGS_MAX,
  type Tags,
} from './tags.ts';
export { firstWithOffset, isTimeZone, type ZoneOffset, zoneOffset } from './time-zone.ts';
export { COUNT_MAX, parseCount, parseMeters, type Usage, type UsageStatus } from './usage.ts';
