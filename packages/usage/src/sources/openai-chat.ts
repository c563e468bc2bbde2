import { definedMeters } from './add-meters.ts';
import { chatCounts, isChatUsage } from './openai-chat-counts.ts';
import { OPENAI_COMPATIBLE } from './openai-compatible.ts';
import { contextOf } from './openai-context.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * OpenAI chat completions and legacy completions, and every host that speaks the same shape.
 * Source: OpenAI API reference, CompletionUsage, read 2026-11-20.
 */
export const openaiChat: UsageSource = {
  name: 'openai.chat',
  providers: OPENAI_COMPATIBLE,
  apis: ['chat', 'completions', 'chat_completions', 'text_completion', 'invoke'],
  convention: 'cache_included',
  matches: isChatUsage,
  extract: (answer, usage, read) => ({
    meters: definedMeters(chatCounts(usage, read)),
    context: contextOf(answer, usage),
  }),
};
