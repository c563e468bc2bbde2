import { definedMeters } from './add-meters.ts';
import { chatCounts, isChatUsage } from './openai-chat-counts.ts';
import { contextOf } from './openai-context.ts';
import { reportedCost } from './reported-cost.ts';
import type { UsageSource } from './usage-source.ts';

/** DeepInfra chat. OpenAI's words, with the charge in `estimated_cost`. Source: DeepInfra API reference, read 2026-11-23. */
export const deepinfraChat: UsageSource = {
  name: 'deepinfra.chat',
  providers: ['deepinfra'],
  apis: ['chat', 'completions', 'chat_completions'],
  convention: 'cache_included',
  matches: isChatUsage,
  extract: (answer, usage, read) => ({
    meters: definedMeters(chatCounts(usage, read)),
    context: { ...contextOf(answer, usage), ...reportedCost(read, ['usage.estimated_cost', usage['estimated_cost']]) },
  }),
};
