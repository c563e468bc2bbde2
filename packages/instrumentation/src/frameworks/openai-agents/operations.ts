import { type ExtractedUsage, isObject, type JsonObject, type Meters, openaiChat } from '@costspan/usage';
import type { Operation, StreamFold } from '../../providers/provider.ts';
import { textField } from '../../reading/text-fields.ts';

/** One request of an agent's model. */
export const agentModel: Operation = {
  name: 'chat',
  api: 'default',
  usage: openaiChat,
  isOwnShape: true,
  isFramework: true,
  constants: {},
  usageOnRequest: false,
  requestAttributes: () => ({}),
  extract,
  read: (body) => ({ ...textField('id', body['responseId'] ?? body['id']), finishReasons: [], attributes: {} }),
  fold: lastEventFold,
};

/** Details are lists of counts, one for each request that the model made for this answer. */
function extract({ usage }: JsonObject): ExtractedUsage {
  const counted = isObject(usage) ? usage : {};
  const counts = {
    input_tokens: counted['inputTokens'],
    output_tokens: counted['outputTokens'],
    cache_read_tokens: detail(counted['inputTokensDetails'], 'cached_tokens'),
    output_reasoning_tokens: detail(counted['outputTokensDetails'], 'reasoning_tokens'),
  };
  const meters = Object.fromEntries(
    Object.entries(counts).filter(([, count]) => Number.isSafeInteger(count)),
  ) as Meters;
  const status = Object.keys(meters).length === 0 ? 'unavailable' : 'reported';
  return { usage: { meters, status }, context: {}, subUsages: [], findings: [] };
}

function detail(details: unknown, name: string): number | undefined {
  const parts = (Array.isArray(details) ? details : [details]).filter(isObject).map((part) => part[name]);
  const counts = parts.filter((count) => typeof count === 'number');
  return counts.length === 0 ? undefined : counts.reduce((total, count) => total + count, 0);
}

function lastEventFold(): StreamFold {
  let response: JsonObject | undefined;
  return {
    add(event) {
      if (event['type'] === 'response_done' && isObject(event['response'])) response = event['response'];
    },
    isComplete: () => response !== undefined,
    body: () => (response === undefined ? undefined : { id: response['id'], usage: response['usage'] }),
  };
}
