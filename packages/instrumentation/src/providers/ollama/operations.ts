import { GEN_AI, type JsonObject, ollama as usage } from '@costspan/usage';
import { isStream } from '../../plain/observe-iterable.ts';
import { textField, textsOf } from '../../reading/text-fields.ts';
import { type AttributeRule, requestAttributes } from '../../request-attributes.ts';
import type { Operation, Reading, StreamFold } from '../provider.ts';

const OPTIONS: readonly AttributeRule[] = [
  [GEN_AI.requestStream, 'boolean', 'stream'],
  [GEN_AI.requestTemperature, 'number', 'options', 'temperature'],
  [GEN_AI.requestTopP, 'number', 'options', 'top_p'],
  [GEN_AI.requestTopK, 'number', 'options', 'top_k'],
  [GEN_AI.requestMaxTokens, 'number', 'options', 'num_predict'],
  [GEN_AI.requestSeed, 'number', 'options', 'seed'],
  [GEN_AI.requestFrequencyPenalty, 'number', 'options', 'frequency_penalty'],
  [GEN_AI.requestPresencePenalty, 'number', 'options', 'presence_penalty'],
  [GEN_AI.requestStopSequences, 'strings', 'options', 'stop'],
];

export const chat: Operation = {
  name: 'chat',
  api: 'chat',
  usage,
  isOwnShape: true,
  constants: {},
  usageOnRequest: false,
  requestAttributes: (params) => requestAttributes(params, OPTIONS),
  // The parsed lines inside what the application reads, which throws an `error` line away as an error of no kind.
  streamOf: ({ itr }) => (isStream(itr) ? itr : undefined),
  read: readAnswer,
  fold: lastChunkFold,
};

export const generate: Operation = { ...chat, name: 'text_completion', api: 'generate' };

export const embed: Operation = {
  ...chat,
  name: 'embeddings',
  api: 'embed',
  requestAttributes: (params) => requestAttributes(params, [[GEN_AI.embeddingsDimensionCount, 'number', 'dimensions']]),
};

function readAnswer({ model, done_reason: reason }: JsonObject): Reading {
  return { ...textField('model', model), finishReasons: textsOf(reason), attributes: {} };
}

/** The counts come with `done`. An `error` in the stream is the model server's. */
function lastChunkFold(): StreamFold {
  let model: unknown;
  let last: JsonObject | undefined;
  let error = false;
  return {
    add(chunk) {
      model ??= chunk['model'];
      if (chunk['done'] === true) last = chunk;
      if ('error' in chunk) error = true;
    },
    isComplete: () => last !== undefined,
    failure: () => (error ? 'stream_error' : undefined),
    body: () => {
      if (last === undefined) return model === undefined ? undefined : { model };
      const { message: _message, response: _response, context: _context, ...counts } = last;
      return counts;
    },
  };
}
