import { type ExtractedUsage, GEN_AI, isObject, type JsonObject, type Meters, openaiChat } from '@costspan/usage';
import type { Operation, Reading, StreamFold } from '../../providers/provider.ts';
import { objectAt, textField, textsOf } from '../../reading/text-fields.ts';
import { requestAttributes } from '../../request-attributes.ts';

/** One request of a chat model. Its answer is read from the message: LangChain's one form of usage for every provider. */
export const chatModel: Operation = {
  name: 'chat',
  api: 'default',
  usage: openaiChat,
  isOwnShape: true,
  isFramework: true,
  constants: {},
  usageOnRequest: false,
  requestAttributes: (params) =>
    requestAttributes(params, [
      [GEN_AI.requestStream, 'boolean', 'stream'],
      [GEN_AI.requestTemperature, 'number', 'temperature'],
      [GEN_AI.requestMaxTokens, 'number', 'maxTokens'],
    ]),
  bodyOf: ({ generations }) => (Array.isArray(generations) && isObject(generations[0]) ? generations[0] : undefined),
  extract: (body) => extract(objectAt(objectAt(body, 'message'), 'usage_metadata')),
  read: ({ message }) => readMessage(isObject(message) ? message : {}),
  fold: chunksFold,
};

/** Cached tokens are part of `input_tokens`, reasoning of `output_tokens`. */
function extract(usage: JsonObject): ExtractedUsage {
  const input = objectAt(usage, 'input_token_details');
  const counts = {
    input_tokens: usage['input_tokens'],
    output_tokens: usage['output_tokens'],
    cache_read_tokens: input['cache_read'],
    cache_write_tokens: input['cache_creation'],
    output_reasoning_tokens: objectAt(usage, 'output_token_details')['reasoning'],
  };
  const meters = Object.fromEntries(
    Object.entries(counts).filter(([, count]) => Number.isSafeInteger(count)),
  ) as Meters;
  const status = Object.keys(meters).length === 0 ? 'unavailable' : 'reported';
  return { usage: { meters, status }, context: {}, subUsages: [], findings: [] };
}

function readMessage(message: JsonObject): Reading {
  const about = objectAt(message, 'response_metadata');
  return {
    ...textField('id', message['id']),
    ...textField('model', about['model_name'] ?? about['model']),
    finishReasons: textsOf(about['finish_reason'] ?? about['stop_reason']),
    attributes: {},
  };
}

/** Chunks add up: usage may come in several, each with a part. */
function chunksFold(): StreamFold {
  let message: JsonObject = {};
  const about: Record<string, unknown> = {};
  let usage: JsonObject | undefined;
  let seen = false;
  return {
    add({ message: chunk }) {
      if (!isObject(chunk)) return;
      seen = true;
      if (typeof chunk['id'] === 'string') message = { id: chunk['id'] };
      for (const [key, value] of Object.entries(objectAt(chunk, 'response_metadata'))) {
        if (typeof value === 'string') about[key] = value;
      }
      if (isObject(chunk['usage_metadata'])) usage = sum(usage, chunk['usage_metadata']);
    },
    // A generator that returns has said all; not every model gives a reason.
    isComplete: () => seen && (usage !== undefined || 'finish_reason' in about || 'stop_reason' in about),
    body: () =>
      seen
        ? {
            message: {
              ...message,
              response_metadata: about,
              ...(usage === undefined ? {} : { usage_metadata: usage }),
            },
          }
        : undefined,
  };
}

function sum(a: JsonObject | undefined, b: JsonObject): JsonObject {
  if (a === undefined) return b;
  const total: Record<string, unknown> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const before = total[key];
    if (isObject(value)) total[key] = sum(isObject(before) ? before : undefined, value);
    else if (typeof value === 'number') total[key] = (typeof before === 'number' ? before : 0) + value;
  }
  return total;
}
