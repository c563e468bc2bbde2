import { contextOf } from './openai-context.ts';
import { definedMeters, isObject, type JsonObject, type UsageSource } from './usage-source.ts';

/**
 * OpenAI Responses. Cached and written tokens are part of `input_tokens`, reasoning is part of `output_tokens`.
 * Hosted web searches are not in `usage`: newer bodies count them in `tool_usage`, older ones only list the calls in `output`.
 * Source: OpenAI API reference, ResponseUsage, read 2026-11-20.
 */
export const openaiResponses: UsageSource = {
  name: 'openai.responses',
  providers: ['openai', 'azure.ai.openai'],
  apis: ['responses'],
  convention: 'cache_included',
  matches: (usage) => 'input_tokens' in usage && 'output_tokens' in usage,
  extract: (body, usage, read) => ({
    meters: definedMeters({
      input_tokens: read.count(usage, 'input_tokens'),
      output_tokens: read.count(usage, 'output_tokens'),
      cache_read_tokens: read.count(usage, 'input_tokens_details', 'cached_tokens'),
      cache_write_tokens: read.count(usage, 'input_tokens_details', 'cache_write_tokens'),
      cache_write_30m_tokens: read.count(usage, 'input_tokens_details', 'cache_write_tokens_details', 'ttl_30m_tokens'),
      cache_write_12h_tokens: read.count(usage, 'input_tokens_details', 'cache_write_tokens_details', 'ttl_12h_tokens'),
      output_reasoning_tokens: read.count(usage, 'output_tokens_details', 'reasoning_tokens'),
      web_searches: read.count(body, 'tool_usage', 'web_search', 'num_requests') ?? searchCalls(body),
    }),
    context: contextOf(body, usage),
  }),
};

/** Searches the model ran. Opening a page or finding in it is not billed as a search. */
function searchCalls(body: JsonObject): number | undefined {
  const output = body['output'];
  if (!Array.isArray(output)) return undefined;
  const searches = output.filter(
    (item) =>
      isObject(item) &&
      item['type'] === 'web_search_call' &&
      (!isObject(item['action']) || item['action']['type'] === 'search'),
  );
  return searches.length === 0 ? undefined : searches.length;
}
