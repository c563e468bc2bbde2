import {
  type ExtractedUsage,
  extractUsage,
  GEN_AI,
  isObject,
  type JsonObject,
  type Meters,
  openaiChat,
} from '@costspan/usage';
import { isStream } from '../../plain/observe-iterable.ts';
import type { Operation, Reading, StreamFold } from '../../providers/provider.ts';
import { objectAt, textField, textsOf } from '../../reading/text-fields.ts';
import { type AttributeRule, requestAttributes } from '../../request-attributes.ts';

const SETTINGS: readonly AttributeRule[] = [
  [GEN_AI.requestStream, 'boolean', 'stream'],
  [GEN_AI.requestTemperature, 'number', 'temperature'],
  [GEN_AI.requestTopP, 'number', 'topP'],
  [GEN_AI.requestTopK, 'number', 'topK'],
  [GEN_AI.requestMaxTokens, 'number', 'maxOutputTokens'],
  [GEN_AI.requestSeed, 'number', 'seed'],
  [GEN_AI.requestFrequencyPenalty, 'number', 'frequencyPenalty'],
  [GEN_AI.requestPresencePenalty, 'number', 'presencePenalty'],
  [GEN_AI.requestStopSequences, 'strings', 'stopSequences'],
];

/** One request of a language model: `doGenerate` or `doStream`. */
export const languageModel: Operation = {
  name: 'chat',
  api: 'default',
  usage: openaiChat,
  isOwnShape: true,
  isFramework: true,
  constants: {},
  usageOnRequest: false,
  requestAttributes: (params) => requestAttributes(params, SETTINGS),
  streamOf: ({ stream }) => (isStream(stream) ? stream : undefined),
  extract,
  read: readResult,
  fold: partsFold,
};

export const embeddingModel: Operation = { ...languageModel, name: 'embeddings', requestAttributes: () => ({}) };

/**
 * Since specification 3 the provider's own usage object stands beside the normal form; it says more (how long cache writes
 * live, what is billed beside tokens) and in which convention. Before, and where it is missing, the normal form is read.
 */
function extract(body: JsonObject, provider: string): ExtractedUsage {
  const usage = objectAt(body, 'usage');
  if (isObject(usage['raw'])) {
    const read = extractUsage({ provider, body: { usage: usage['raw'], usageMetadata: usage['raw'] } });
    if (read.usage.status === 'reported') return read;
  }
  const meters = metersOf(usage);
  const status = Object.keys(meters).length === 0 ? 'unavailable' : 'reported';
  return { usage: { meters, status }, context: {}, subUsages: [], findings: [] };
}

function metersOf(usage: JsonObject): Meters {
  const { inputTokens: input, outputTokens: output } = usage;
  const counts: Record<string, unknown> = isObject(input)
    ? {
        input_tokens: input['total'],
        cache_read_tokens: input['cacheRead'],
        cache_write_tokens: input['cacheWrite'],
        output_tokens: objectAt(usage, 'outputTokens')['total'],
        output_reasoning_tokens: objectAt(usage, 'outputTokens')['reasoning'],
      }
    : {
        input_tokens: input ?? usage['tokens'],
        cache_read_tokens: usage['cachedInputTokens'],
        output_tokens: output,
        output_reasoning_tokens: usage['reasoningTokens'],
      };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => Number.isSafeInteger(count))) as Meters;
}

function readResult(body: JsonObject): Reading {
  const response = objectAt(body, 'response');
  const reason = body['finishReason'];
  return {
    ...textField('id', response['id']),
    ...textField('model', response['modelId']),
    finishReasons: textsOf(isObject(reason) ? (reason['raw'] ?? reason['unified']) : reason),
    attributes: {},
  };
}

function partsFold(): StreamFold {
  let response: JsonObject | undefined;
  let finish: JsonObject | undefined;
  let failed = false;
  return {
    add(part) {
      if (part['type'] === 'response-metadata') response = { id: part['id'], modelId: part['modelId'] };
      if (part['type'] === 'finish') finish = { usage: part['usage'], finishReason: part['finishReason'] };
      if (part['type'] === 'error') failed = true;
    },
    isComplete: () => finish !== undefined,
    failure: () => (failed ? 'stream_error' : undefined),
    body: () => (response === undefined && finish === undefined ? undefined : { response: response ?? {}, ...finish }),
  };
}
