import { cohereBilledUnits, GEN_AI, isObject, type JsonObject } from '@costspan/usage';
import { isStream } from '../../plain/observe-iterable.ts';
import { objectAt, textField, textsOf } from '../../reading/text-fields.ts';
import { type AttributeRule, requestAttributes } from '../../request-attributes.ts';
import type { Operation, Reading, StreamFold } from '../provider.ts';

const CHAT: readonly AttributeRule[] = [
  [GEN_AI.requestStream, 'boolean', 'stream'],
  [GEN_AI.requestTemperature, 'number', 'temperature'],
  [GEN_AI.requestTopP, 'number', 'p'],
  [GEN_AI.requestTopK, 'number', 'k'],
  [GEN_AI.requestMaxTokens, 'number', 'maxTokens'],
  [GEN_AI.requestSeed, 'number', 'seed'],
  [GEN_AI.requestFrequencyPenalty, 'number', 'frequencyPenalty'],
  [GEN_AI.requestPresencePenalty, 'number', 'presencePenalty'],
  [GEN_AI.requestStopSequences, 'strings', 'stopSequences'],
];

/** What is observed resolves to `{ data, rawResponse }`. */
export const chat: Operation = {
  name: 'chat',
  api: 'chat',
  usage: cohereBilledUnits,
  isOwnShape: true,
  constants: {},
  usageOnRequest: false,
  requestAttributes: (params) => requestAttributes(params, CHAT),
  streamOf: ({ data }) => (isStream(data) ? data : undefined),
  bodyOf: ({ data }) => (isObject(data) ? data : undefined),
  read: readAnswer,
  fold: lastEventFold,
};

export const embed: Operation = {
  ...chat,
  name: 'embeddings',
  api: 'embeddings',
  requestAttributes: (params) =>
    requestAttributes(params, [[GEN_AI.embeddingsDimensionCount, 'number', 'outputDimension']]),
};

export const rerank: Operation = { ...chat, name: 'rerank', api: 'rerank', requestAttributes: () => ({}) };

function readAnswer(body: JsonObject): Reading {
  return {
    ...textField('id', body['id'] ?? body['generationId']),
    finishReasons: textsOf(body['finishReason']),
    attributes: {},
  };
}

/** The second version ends with `message-end`, the first with `stream-end`; usage is in these. */
function lastEventFold(): StreamFold {
  let id: unknown;
  let end: JsonObject | undefined;
  return {
    add(event) {
      id ??= event['id'] ?? event['generationId'];
      if (event['type'] === 'message-end') end = objectAt(event, 'delta');
      if (event['eventType'] !== 'stream-end') return;
      end = { finishReason: event['finishReason'], meta: objectAt(event, 'response')['meta'] };
    },
    isComplete: () => end !== undefined,
    failure: () => (end?.['finishReason'] === 'ERROR' ? 'ERROR' : undefined),
    body: () => {
      if (end === undefined) return id === undefined ? undefined : { id };
      const { finishReason, usage, meta } = end;
      return { id, finishReason, ...(usage === undefined ? {} : { usage }), ...(meta === undefined ? {} : { meta }) };
    },
  };
}
