import { definedMeters } from './add-meters.ts';
import { chatCounts, isChatUsage } from './openai-chat-counts.ts';
import { contextOf } from './openai-context.ts';
import { reportedTicks } from './reported-cost.ts';
import type { UsageSource } from './usage-source.ts';
import { xaiTools } from './xai-tools.ts';

/**
 * xAI chat completions. OpenAI's words, but reasoning stands beside `completion_tokens` where the total says so, and the
 * charge is stated in ticks of 10⁻¹⁰ dollars.
 * Source: xAI API reference, Usage, and its page on cost tracking, read 2026-11-23; recorded responses.
 */
export const xaiChat: UsageSource = {
  name: 'xai.chat',
  providers: ['x_ai'],
  apis: ['chat', 'completions', 'chat_completions'],
  convention: 'cache_included',
  matches: isChatUsage,
  extract: (answer, usage, read) => ({
    meters: definedMeters({ ...chatCounts(usage, read), ...xaiTools(answer, usage, read) }),
    context: { ...contextOf(answer, usage), ...reportedTicks(read.count(usage, 'cost_in_usd_ticks')) },
  }),
};
