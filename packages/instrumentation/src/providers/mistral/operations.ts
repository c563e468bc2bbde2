import { GEN_AI, isObject, type JsonObject, mistralChat, mistralOcr } from '@costspan/usage';
import { textField, textsIn } from '../../reading/text-fields.ts';
import { type AttributeRule, requestAttributes } from '../../request-attributes.ts';
import type { Operation, Reading, StreamFold } from '../provider.ts';

/** The SDK renames what its API takes and sends to camel case. */
const CHAT: readonly AttributeRule[] = [
  [GEN_AI.requestStream, 'boolean', 'stream'],
  [GEN_AI.requestTemperature, 'number', 'temperature'],
  [GEN_AI.requestTopP, 'number', 'topP'],
  [GEN_AI.requestMaxTokens, 'number', 'maxTokens'],
  [GEN_AI.requestSeed, 'number', 'randomSeed'],
  [GEN_AI.requestChoiceCount, 'number', 'n'],
  [GEN_AI.requestFrequencyPenalty, 'number', 'frequencyPenalty'],
  [GEN_AI.requestPresencePenalty, 'number', 'presencePenalty'],
  [GEN_AI.requestStopSequences, 'strings', 'stop'],
  [GEN_AI.conversationId, 'string', 'conversationId'],
];

export const chat: Operation = {
  name: 'chat',
  api: 'chat',
  usage: mistralChat,
  isOwnShape: true,
  constants: {},
  usageOnRequest: false,
  requestAttributes: (params) => requestAttributes(params, CHAT),
  read: readAnswer,
  fold: lastUsageFold,
};

export const fim: Operation = { ...chat, name: 'text_completion', api: 'fim' };

export const embeddings: Operation = {
  ...chat,
  name: 'embeddings',
  // The same words as chat, without a completion.
  requestAttributes: (params) =>
    requestAttributes(params, [[GEN_AI.embeddingsDimensionCount, 'number', 'outputDimension']]),
};

export const ocr: Operation = { ...chat, name: 'ocr', api: 'ocr', usage: mistralOcr, requestAttributes: () => ({}) };

export const transcription: Operation = {
  ...chat,
  name: 'transcription',
  api: 'transcription',
  requestAttributes: () => ({}),
};

function readAnswer(body: JsonObject): Reading {
  return {
    ...textField('id', body['id']),
    ...textField('model', body['model']),
    finishReasons: textsIn(body['choices'], 'finishReason'),
    attributes: {},
  };
}

/** Every choice finishes by itself; usage comes with the last chunk. Transcriptions end with an event that holds all. */
function lastUsageFold(): StreamFold {
  const finishReasons = new Map<unknown, unknown>();
  let head: JsonObject = {};
  let usage: unknown;
  let seen = false;
  return {
    add({ data, type }) {
      const chunk = isObject(data) ? data : {};
      seen = true;
      if (chunk['model'] !== undefined && head['model'] === undefined)
        head = { id: chunk['id'], model: chunk['model'] };
      usage = chunk['usage'] ?? usage;
      if (type === 'transcription.done' || chunk['type'] === 'transcription.done') finishReasons.set(0, 'stop');
      if (!Array.isArray(chunk['choices'])) return;
      for (const choice of chunk['choices']) {
        if (!isObject(choice)) continue;
        const reason = choice['finishReason'];
        if (typeof reason === 'string' || !finishReasons.has(choice['index']))
          finishReasons.set(choice['index'], reason);
      }
    },
    isComplete: () =>
      finishReasons.size > 0 && [...finishReasons.values()].every((reason) => typeof reason === 'string'),
    body: () =>
      seen
        ? {
            ...head,
            ...(usage === undefined ? {} : { usage }),
            choices: [...finishReasons.values()].map((finishReason) => ({ finishReason })),
          }
        : undefined,
  };
}
