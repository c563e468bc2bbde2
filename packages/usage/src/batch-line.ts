import { isObject, type JsonObject } from './sources/json-object.ts';

/**
 * The answer inside one line of a batch's result file; `undefined` for anything else. Such a line is a call of its own that the
 * provider bills as a batch, whether its body says so or not.
 * - OpenAI, Mistral, Groq: `{ custom_id, response: { status_code, body } }`
 * - Anthropic: `{ custom_id, result: { type: "succeeded", message } }`
 * - Gemini: `{ key, response }`
 * Sources: the batch guides of these providers, read 2026-11-23.
 */
export function batchAnswer(line: JsonObject): JsonObject | undefined {
  const { custom_id: id, key, response, result } = line;
  if (typeof id === 'string') {
    if (isObject(response) && isObject(response['body'])) return response['body'];
    if (isObject(result) && isObject(result['message'])) return result['message'];
    return undefined;
  }
  return typeof key === 'string' && isObject(response) && isObject(response['usageMetadata']) ? response : undefined;
}
