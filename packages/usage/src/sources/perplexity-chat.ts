import { definedMeters, sumCounts } from './add-meters.ts';
import { isObject, type JsonObject } from './json-object.ts';
import { chatCounts, isChatUsage } from './openai-chat-counts.ts';
import { reportedCost } from './reported-cost.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * Perplexity Sonar. Deep research reads citations and reasons in tokens of their own price, which stand beside the prompt and
 * the answer and in no total, and is billed by the search; every other model is billed by the request, however many searches
 * it made.
 * Source: Perplexity API pricing and the usage of its chat completions, read 2026-11-23.
 */
export const perplexityChat: UsageSource = {
  name: 'perplexity.chat',
  providers: ['perplexity'],
  apis: ['chat', 'completions', 'chat_completions'],
  convention: 'cache_included',
  matches: isChatUsage,
  extract: (answer, usage, read) => {
    const counts = chatCounts(usage, read);
    const cost = isObject(usage['cost'])
      ? reportedCost(read, ['usage.cost.total_cost', usage['cost']['total_cost']])
      : {};
    if (!isDeepResearch(answer, usage)) return { meters: definedMeters(counts), context: cost };
    const citations = read.count(usage, 'citation_tokens');
    const reasoning = read.count(usage, 'reasoning_tokens');
    const meters = definedMeters({
      ...counts,
      output_tokens: sumCounts(counts.output_tokens, citations, reasoning),
      output_citation_tokens: citations,
      output_reasoning_tokens: reasoning,
      web_searches: read.count(usage, 'num_search_queries'),
    });
    return { meters, context: cost };
  },
};

function isDeepResearch({ model }: JsonObject, usage: JsonObject): boolean {
  return typeof model === 'string' ? model.includes('deep-research') : 'citation_tokens' in usage;
}
