import { definedMeters } from './add-meters.ts';
import { contextOf } from './openai-context.ts';
import { isResponsesUsage, responsesCounts } from './openai-responses-counts.ts';
import { reportedTicks } from './reported-cost.ts';
import type { UsageSource } from './usage-source.ts';
import { xaiTools } from './xai-tools.ts';

/**
 * xAI Responses. OpenAI's shape, with tool calls counted by kind in `usage` and the charge in ticks of 10⁻¹⁰ dollars.
 * Source: xAI API reference, Usage, and its page on cost tracking, read 2026-11-23; recorded responses.
 */
export const xaiResponses: UsageSource = {
  name: 'xai.responses',
  providers: ['x_ai'],
  apis: ['responses'],
  convention: 'cache_included',
  matches: isResponsesUsage,
  extract: (answer, usage, read) => ({
    meters: definedMeters({ ...responsesCounts(usage, read), ...xaiTools(answer, usage, read) }),
    context: { ...contextOf(answer, usage), ...reportedTicks(read.count(usage, 'cost_in_usd_ticks')) },
  }),
};
