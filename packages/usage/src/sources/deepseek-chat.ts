import { definedMeters } from './add-meters.ts';
import { chatCounts, isChatUsage } from './openai-chat-counts.ts';
import { contextOf } from './openai-context.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * DeepSeek chat. OpenAI's words, with the prompt split into cache hits and misses.
 * Source: DeepSeek API reference, Create Chat Completion, read 2026-11-23.
 */
export const deepseekChat: UsageSource = {
  name: 'deepseek.chat',
  providers: ['deepseek'],
  apis: ['chat', 'completions', 'chat_completions'],
  convention: 'cache_included',
  matches: isChatUsage,
  extract: (answer, usage, read) => {
    const counts = chatCounts(usage, read);
    const hit = read.count(usage, 'prompt_cache_hit_tokens');
    const miss = read.count(usage, 'prompt_cache_miss_tokens');
    if (hit !== undefined && miss !== undefined) read.reconcile('prompt_tokens', counts.input_tokens, hit + miss);
    return {
      meters: definedMeters({ ...counts, cache_read_tokens: hit ?? counts.cache_read_tokens }),
      context: contextOf(answer, usage),
    };
  },
};
