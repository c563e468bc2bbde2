import { bedrockConverse, bedrockTokenCounts, extractUsage, GEN_AI, isObject, type JsonObject } from '@costspan/usage';
import { isStream } from '../../plain/observe-iterable.ts';
import { objectAt, textField, textsIn, textsOf } from '../../reading/text-fields.ts';
import { type AttributeRule, requestAttributes } from '../../request-attributes.ts';
import { messagesFold } from '../anthropic/message.ts';
import type { Operation, Reading, StreamFold } from '../provider.ts';

const CONVERSE: readonly AttributeRule[] = [
  [GEN_AI.requestStream, 'boolean', 'stream'],
  [GEN_AI.requestMaxTokens, 'number', 'inferenceConfig', 'maxTokens'],
  [GEN_AI.requestTemperature, 'number', 'inferenceConfig', 'temperature'],
  [GEN_AI.requestTopP, 'number', 'inferenceConfig', 'topP'],
  [GEN_AI.requestStopSequences, 'strings', 'inferenceConfig', 'stopSequences'],
];

/** Converse and ConverseStream. */
export const converse: Operation = {
  name: 'chat',
  api: 'converse',
  usage: bedrockConverse,
  constants: {},
  usageOnRequest: false,
  requestAttributes: (params) => requestAttributes(params, CONVERSE),
  streamOf: ({ stream }) => (isStream(stream) ? stream : undefined),
  read: ({ stopReason }) => ({ finishReasons: textsOf(stopReason), attributes: {} }),
  fold: converseFold,
};

/** InvokeModel. Bodies are those of the model families; the counts that Bedrock itself states are in headers. */
export const invoke: Operation = {
  name: 'chat',
  api: 'invoke',
  usage: bedrockTokenCounts,
  constants: {},
  usageOnRequest: false,
  requestAttributes: (params) => requestAttributes(params, [[GEN_AI.requestStream, 'boolean', 'stream']]),
  bodyOf: ({ body }) => parsed(body),
  extract: (body, provider, headers) => extractUsage({ provider, api: 'invoke', body, headers }),
  read: readInvoked,
  fold: invokeFold,
};

/** The same as a stream, whose last chunk has Bedrock's counts. */
export const invokeStream: Operation = { ...invoke, streamOf: ({ body }) => (isStream(body) ? body : undefined) };

/** The stop and the counts are events of their own, and may come in any order. */
function converseFold(): StreamFold {
  let body: JsonObject | undefined;
  let stopped = false;
  return {
    add(event) {
      body ??= {};
      if (isObject(event['messageStop'])) {
        stopped = true;
        body = { ...body, stopReason: event['messageStop']['stopReason'] };
      }
      if (!isObject(event['metadata'])) return;
      const { usage, serviceTier, performanceConfig } = event['metadata'];
      body = { ...body, usage, serviceTier, performanceConfig };
    },
    isComplete: () => stopped,
    body: () => body,
  };
}

const METRICS = 'amazon-bedrock-invocationMetrics';

/** Chunks are JSON texts of the model's family. Of what they add up to, only counts, ids and reasons are kept. */
function invokeFold(): StreamFold {
  const message = messagesFold();
  const finishReasons = new Set<string>();
  let counts: JsonObject = {};
  let seen = false;
  return {
    add(event) {
      const chunk = parsed(objectAt(event, 'chunk')['bytes']);
      if (chunk === undefined) return;
      seen = true;
      message.add(chunk);
      for (const reason of reasonsOf(chunk)) finishReasons.add(reason);
      const usage = chunk['usage'] ?? objectAt(chunk, 'metadata')['usage'];
      const isClaude = typeof chunk['type'] === 'string';
      if (isObject(usage) && !isClaude) counts = { ...counts, usage };
      for (const field of [
        METRICS,
        'prompt_token_count',
        'generation_token_count',
        'inputTextTokenCount',
        'totalOutputTextTokenCount',
      ]) {
        if (chunk[field] !== undefined && chunk[field] !== null) counts = { ...counts, [field]: chunk[field] };
      }
    },
    isComplete: () => METRICS in counts || finishReasons.size > 0,
    body: () => (seen ? { ...message.body(), ...counts, finishReasons: [...finishReasons] } : undefined),
  };
}

function readInvoked(body: JsonObject): Reading {
  const folded = body['finishReasons'];
  return {
    ...textField('id', body['id']),
    ...textField('model', body['model']),
    finishReasons: [...new Set(Array.isArray(folded) ? textsOf(...folded) : reasonsOf(body))],
    attributes: {},
  };
}

/** Where the families say why they stopped: Claude, Nova, Titan, Llama, Mistral, Cohere and the ones with OpenAI's words. */
function reasonsOf(body: JsonObject): string[] {
  return textsOf(
    body['stop_reason'],
    body['stopReason'],
    body['completionReason'],
    body['finish_reason'],
    objectAt(body, 'delta')['stop_reason'],
    objectAt(body, 'messageStop')['stopReason'],
    ...textsIn(body['results'], 'completionReason'),
    ...textsIn(body['outputs'], 'stop_reason'),
    ...textsIn(body['choices'], 'finish_reason'),
    ...textsIn(body['choices'], 'stop_reason'),
    ...textsIn(body['generations'], 'finish_reason'),
  );
}

/** The bytes are the application's own copy; reading them takes nothing away. */
function parsed(bytes: unknown): JsonObject | undefined {
  if (!(bytes instanceof Uint8Array)) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
