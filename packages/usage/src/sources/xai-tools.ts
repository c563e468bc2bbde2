import type { ReadCounts } from './add-meters.ts';
import type { CountReader } from './count-reader.ts';
import { isObject, type JsonObject, objectsOf } from './json-object.ts';
import { hostedTools } from './openai-hosted-tools.ts';

/**
 * What xAI bills beside tokens: calls of its server-side tools by kind, and the sources of the older live search. Older
 * answers have no count by kind and only list the calls in `output`.
 * Source: xAI API reference, pricing of tools, read 2026-11-23.
 */
export function xaiTools(answer: JsonObject, usage: JsonObject, read: CountReader): ReadCounts {
  const sources = { search_sources: read.count(usage, 'num_sources_used') };
  if (!isObject(usage['server_side_tool_usage_details'])) {
    const posts = objectsOf(answer['output']).filter((item) => item['type'] === 'x_search_call').length;
    return { ...hostedTools(answer, read), social_searches: posts === 0 ? undefined : posts, ...sources };
  }
  const calls = (name: string) => read.count(usage, 'server_side_tool_usage_details', name);
  return {
    web_searches: calls('web_search_calls'),
    social_searches: calls('x_search_calls'),
    code_executions: calls('code_interpreter_calls'),
    file_searches: calls('file_search_calls'),
    attachment_searches: calls('document_search_calls'),
    images: calls('image_generation_calls'),
    ...sources,
  };
}
