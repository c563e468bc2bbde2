import { GEN_AI, isObject, OTEL, openaiChat, openaiEmbeddings, openaiResponses } from '@costspan/usage';
import type { Attributes } from '@opentelemetry/api';
import { type AttributeRule, requestAttributes } from '../../request-attributes.ts';
import type { Operation } from '../provider.ts';
import { chatFold, readChat } from './chat-response.ts';
import { readResponses, responsesFold } from './responses-response.ts';

const SAMPLING: readonly AttributeRule[] = [
  [GEN_AI.requestStream, 'boolean', 'stream'],
  [GEN_AI.requestTemperature, 'number', 'temperature'],
  [GEN_AI.requestTopP, 'number', 'top_p'],
];
const TIER: AttributeRule = [OTEL.openaiRequestServiceTier, 'string', 'service_tier'];
const COMPLETION: readonly AttributeRule[] = [
  ...SAMPLING,
  [GEN_AI.requestMaxTokens, 'number', 'max_tokens'],
  [GEN_AI.requestSeed, 'number', 'seed'],
  [GEN_AI.requestChoiceCount, 'number', 'n'],
  [GEN_AI.requestFrequencyPenalty, 'number', 'frequency_penalty'],
  [GEN_AI.requestPresencePenalty, 'number', 'presence_penalty'],
  [GEN_AI.requestStopSequences, 'strings', 'stop'],
];
const CHAT: readonly AttributeRule[] = [
  ...COMPLETION,
  TIER,
  [GEN_AI.requestMaxTokens, 'number', 'max_completion_tokens'],
  [GEN_AI.requestReasoningLevel, 'string', 'reasoning_effort'],
];
const RESPONSES: readonly AttributeRule[] = [
  ...SAMPLING,
  TIER,
  [GEN_AI.requestMaxTokens, 'number', 'max_output_tokens'],
  [GEN_AI.requestReasoningLevel, 'string', 'reasoning', 'effort'],
  [GEN_AI.conversationId, 'string', 'conversation'],
  [GEN_AI.conversationId, 'string', 'conversation', 'id'],
];
const EMBEDDINGS: readonly AttributeRule[] = [
  [GEN_AI.embeddingsDimensionCount, 'number', 'dimensions'],
  [GEN_AI.requestEncodingFormats, 'strings', 'encoding_format'],
];

export const chat: Operation = {
  name: 'chat',
  api: 'chat',
  usage: openaiChat,
  constants: { [OTEL.openaiApiType]: 'chat_completions' },
  usageOnRequest: true,
  requestAttributes: (params) => ({ ...requestAttributes(params, CHAT), ...outputType(params['response_format']) }),
  read: readChat,
  fold: chatFold,
};

export const responses: Operation = {
  name: 'chat',
  api: 'responses',
  usage: openaiResponses,
  constants: { [OTEL.openaiApiType]: 'responses' },
  usageOnRequest: false,
  requestAttributes: (params) => ({
    ...requestAttributes(params, RESPONSES),
    ...(isObject(params['text']) ? outputType(params['text']['format']) : {}),
  }),
  read: readResponses,
  fold: responsesFold,
};

export const legacyCompletions: Operation = {
  name: 'text_completion',
  api: 'completions',
  usage: openaiChat,
  constants: {},
  usageOnRequest: true,
  requestAttributes: (params) => requestAttributes(params, COMPLETION),
  read: readChat,
  fold: chatFold,
};

/** Embeddings do not stream; the fold only keeps the contract whole. */
export const embeddings: Operation = {
  name: 'embeddings',
  api: 'embeddings',
  usage: openaiEmbeddings,
  constants: {},
  usageOnRequest: false,
  requestAttributes: (params) => requestAttributes(params, EMBEDDINGS),
  read: readChat,
  fold: chatFold,
};

function outputType(format: unknown): Attributes {
  if (!isObject(format)) return {};
  if (format['type'] === 'json_schema' || format['type'] === 'json_object') return { [GEN_AI.outputType]: 'json' };
  return format['type'] === 'text' ? { [GEN_AI.outputType]: 'text' } : {};
}
