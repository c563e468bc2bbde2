import { definedMeters } from './add-meters.ts';
import { costInHeaders } from './cost-in-headers.ts';
import { chatCounts, isChatUsage } from './openai-chat-counts.ts';
import { contextOf } from './openai-context.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * LiteLLM's proxy. OpenAI's words for every host behind it; for Anthropic's models also its cache counts, already part of
 * `prompt_tokens`. The charge is in a header.
 * Source: LiteLLM documentation, prompt caching and response headers, read 2026-11-23.
 */
export const litellmChat: UsageSource = {
  name: 'litellm.chat',
  providers: ['litellm'],
  apis: ['chat', 'completions', 'chat_completions'],
  convention: 'cache_included',
  matches: isChatUsage,
  extract: (answer, usage, read, headers) => {
    const counts = chatCounts(usage, read);
    const written = (name: string) =>
      read.count(usage, 'prompt_tokens_details', 'cache_creation_token_details', `${name}_input_tokens`);
    return {
      meters: definedMeters({
        ...counts,
        cache_read_tokens: counts.cache_read_tokens ?? read.count(usage, 'cache_read_input_tokens'),
        cache_write_tokens:
          counts.cache_write_tokens ??
          read.count(usage, 'prompt_tokens_details', 'cache_creation_tokens') ??
          read.count(usage, 'cache_creation_input_tokens'),
        cache_write_5m_tokens: written('ephemeral_5m'),
        cache_write_1h_tokens: written('ephemeral_1h'),
      }),
      context: { ...contextOf(answer, usage), ...costInHeaders(headers, read) },
    };
  },
};
