import { definedMeters } from './add-meters.ts';
import { chatCounts, isChatUsage } from './openai-chat-counts.ts';
import { contextOf } from './openai-context.ts';
import { openrouterCost } from './openrouter-cost.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * OpenRouter chat completions. OpenAI's words, with searches and the charge.
 * Source: OpenRouter API reference, ChatUsage, read 2026-11-23.
 */
export const openrouterChat: UsageSource = {
  name: 'openrouter.chat',
  providers: ['openrouter'],
  apis: ['chat', 'completions', 'chat_completions'],
  convention: 'cache_included',
  matches: isChatUsage,
  extract: (answer, usage, read) => ({
    meters: definedMeters({
      ...chatCounts(usage, read),
      web_searches: read.count(usage, 'server_tool_use', 'web_search_requests'),
    }),
    context: { ...contextOf(answer, usage), ...openrouterCost(usage, read) },
  }),
};
