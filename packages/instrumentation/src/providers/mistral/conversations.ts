import { GEN_AI, isObject, type JsonObject } from '@costspan/usage';
import { textField, textsIn, textsOf } from '../../reading/text-fields.ts';
import { type AttributeRule, requestAttributes } from '../../request-attributes.ts';
import type { Operation, Reading, StreamFold } from '../provider.ts';
import { chat } from './operations.ts';

const START: readonly AttributeRule[] = [
  [GEN_AI.requestStream, 'boolean', 'stream'],
  [GEN_AI.requestTemperature, 'number', 'completionArgs', 'temperature'],
  [GEN_AI.requestTopP, 'number', 'completionArgs', 'topP'],
  [GEN_AI.requestMaxTokens, 'number', 'completionArgs', 'maxTokens'],
  [GEN_AI.requestSeed, 'number', 'completionArgs', 'randomSeed'],
];

/**
 * Conversations: one request may run connectors and hand over to other agents, and reports one usage for all of it. A request
 * that goes on names no model; what was said names the one that said it.
 */
export const conversation: Operation = {
  ...chat,
  api: 'conversations',
  requestAttributes: (params) => requestAttributes(conversationOf(params), START),
  read: readConversation,
  fold: conversationFold,
};

/** What goes on a conversation comes wrapped in what names it. */
function conversationOf(params: JsonObject): JsonObject {
  const inner = params['conversationAppendRequest'] ?? params['conversationRestartRequest'];
  return isObject(inner) ? { ...inner, stream: params['stream'] } : params;
}

function readConversation(body: JsonObject): Reading {
  const { conversationId: id, status } = body;
  return {
    ...textField('model', textsIn(body['outputs'], 'model').at(-1)),
    finishReasons: textsOf(status),
    attributes: typeof id === 'string' ? { [GEN_AI.conversationId]: id } : {},
  };
}

function conversationFold(): StreamFold {
  let head: JsonObject = {};
  let model: unknown;
  let usage: unknown;
  let ending: string | undefined;
  return {
    add({ data }) {
      if (!isObject(data)) return;
      if (data['conversationId'] !== undefined) head = { conversationId: data['conversationId'] };
      model = data['model'] ?? model;
      if (data['type'] === 'conversation.response.error') ending = String(data['code'] ?? 'stream_error');
      if (data['type'] !== 'conversation.response.done') return;
      usage = data['usage'];
      ending = 'completed';
    },
    isComplete: () => ending === 'completed',
    failure: () => (ending === 'completed' ? undefined : ending),
    body: () =>
      Object.keys(head).length === 0 && ending === undefined
        ? undefined
        : {
            ...head,
            outputs: [{ model }],
            ...(ending === undefined ? {} : { status: ending }),
            ...(usage === undefined ? {} : { usage }),
          },
  };
}
