import { extractUsage, GEN_AI, geminiGenerateContent, isObject, type JsonObject } from '@costspan/usage';
import type { Attributes } from '@opentelemetry/api';
import { readNothing } from '../../reading/nothing-said.ts';
import { objectAt, textField, textsIn, textsOf } from '../../reading/text-fields.ts';
import { type AttributeRule, requestAttributes } from '../../request-attributes.ts';
import type { Operation, Reading, StreamFold } from '../provider.ts';

const CONTENT: readonly AttributeRule[] = [
  [GEN_AI.requestStream, 'boolean', 'stream'],
  [GEN_AI.requestTemperature, 'number', 'config', 'temperature'],
  [GEN_AI.requestTopP, 'number', 'config', 'topP'],
  [GEN_AI.requestTopK, 'number', 'config', 'topK'],
  [GEN_AI.requestMaxTokens, 'number', 'config', 'maxOutputTokens'],
  [GEN_AI.requestSeed, 'number', 'config', 'seed'],
  [GEN_AI.requestChoiceCount, 'number', 'config', 'candidateCount'],
  [GEN_AI.requestFrequencyPenalty, 'number', 'config', 'frequencyPenalty'],
  [GEN_AI.requestPresencePenalty, 'number', 'config', 'presencePenalty'],
  [GEN_AI.requestStopSequences, 'strings', 'config', 'stopSequences'],
  [GEN_AI.requestReasoningLevel, 'string', 'config', 'thinkingConfig', 'thinkingLevel'],
];

export const generateContent: Operation = {
  name: 'generate_content',
  api: 'generateContent',
  usage: geminiGenerateContent,
  isOwnShape: true,
  constants: {},
  usageOnRequest: false,
  requestAttributes: (params) => ({ ...requestAttributes(params, CONTENT), ...outputType(params) }),
  read: readContent,
  fold: contentFold,
};

export const embedContent: Operation = {
  ...generateContent,
  name: 'embeddings',
  api: 'embeddings',
  requestAttributes: (params) =>
    requestAttributes(params, [[GEN_AI.embeddingsDimensionCount, 'number', 'config', 'outputDimensionality']]),
  // By the token on Vertex, in a metadata object since Gemini's second embeddings, and unreported before.
  extract: (body, provider) => extractUsage({ provider, api: 'embeddings', body }),
};

export const generateImages: Operation = {
  ...generateContent,
  name: 'image_generation',
  api: 'generateImages',
  requestAttributes: (params) =>
    requestAttributes(params, [[GEN_AI.requestChoiceCount, 'number', 'config', 'numberOfImages']]),
  extract: (body, provider) => extractUsage({ provider, api: 'generateImages', body }),
  read: readNothing,
};

function outputType(params: JsonObject): Attributes {
  const type = objectAt(params, 'config')['responseMimeType'];
  return type === 'application/json' ? { [GEN_AI.outputType]: 'json' } : {};
}

function readContent(body: JsonObject): Reading {
  const blocked = objectAt(body, 'promptFeedback')['blockReason'];
  return {
    ...textField('id', body['responseId']),
    ...textField('model', body['modelVersion']),
    finishReasons: [...textsIn(body['candidates'], 'finishReason'), ...textsOf(blocked)],
    attributes: {},
  };
}

/** Counts are cumulative, so the last chunk's are the call's. Of grounding only how much of it there was is kept. */
function contentFold(): StreamFold {
  const finishReasons = new Map<unknown, unknown>();
  const grounding = new Map<unknown, JsonObject>();
  const head: Record<string, unknown> = {};
  return {
    add(chunk) {
      for (const field of ['responseId', 'modelVersion', 'usageMetadata', 'promptFeedback']) {
        if (chunk[field] !== undefined) head[field] = chunk[field];
      }
      if (!Array.isArray(chunk['candidates'])) return;
      for (const candidate of chunk['candidates']) {
        if (!isObject(candidate)) continue;
        const { index = 0, finishReason, groundingMetadata } = candidate;
        if (typeof finishReason === 'string') finishReasons.set(index, finishReason);
        if (isObject(groundingMetadata)) grounding.set(index, sizesOf(groundingMetadata));
      }
    },
    isComplete: () => finishReasons.size > 0 || isObject(head['promptFeedback']),
    body: () =>
      Object.keys(head).length === 0 && finishReasons.size === 0
        ? undefined
        : {
            ...head,
            candidates: [...new Set([...finishReasons.keys(), ...grounding.keys()])].map((index) => ({
              finishReason: finishReasons.get(index),
              groundingMetadata: grounding.get(index),
            })),
          },
  };
}

function sizesOf({ webSearchQueries: queries, groundingChunks: chunks }: JsonObject): JsonObject {
  return {
    ...(Array.isArray(queries) ? { webSearchQueries: queries.map(() => '') } : {}),
    ...(Array.isArray(chunks)
      ? { groundingChunks: chunks.filter((chunk) => isObject(chunk) && 'maps' in chunk).map(() => ({ maps: {} })) }
      : {}),
  };
}
