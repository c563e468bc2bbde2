import type { ReadCounts } from './add-meters.ts';
import type { CountReader } from './count-reader.ts';
import type { JsonObject } from './json-object.ts';

/**
 * What xAI bills beside tokens: calls of its server-side tools by kind, and the sources of the older live search.
 * Source: xAI API reference, pricing of tools, read 2026-11-23.
 */
export function xaiTools(usage: JsonObject, read: CountReader): ReadCounts {
  const calls = (name: string) => read.count(usage, 'server_side_tool_usage_details', name);
  return {
    web_searches: calls('web_search_calls'),
    social_searches: calls('x_search_calls'),
    code_executions: calls('code_interpreter_calls'),
    file_searches: calls('file_search_calls'),
    attachment_searches: calls('document_search_calls'),
    images: calls('image_generation_calls'),
    search_sources: read.count(usage, 'num_sources_used'),
  };
}
