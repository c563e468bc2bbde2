import { definedMeters } from './add-meters.ts';
import { isObject } from './json-object.ts';
import { chatCounts, isChatUsage } from './openai-chat-counts.ts';
import { contextOf } from './openai-context.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * Groq chat. OpenAI's words; a stream's last chunk keeps the usage in `x_groq`.
 * Source: Groq API reference, ChatCompletionChunk, read 2026-11-23; recorded responses.
 */
export const groqChat: UsageSource = {
  name: 'groq.chat',
  providers: ['groq'],
  apis: ['chat', 'completions', 'chat_completions'],
  convention: 'cache_included',
  locate: ({ usage, x_groq: groq }) => (isObject(usage) ? usage : isObject(groq) ? groq['usage'] : undefined),
  matches: isChatUsage,
  extract: (answer, usage, read) => ({
    meters: definedMeters(chatCounts(usage, read)),
    context: contextOf(answer, usage),
  }),
};
