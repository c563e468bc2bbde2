import { definedMeters } from './add-meters.ts';
import { contextOf } from './openai-context.ts';
import { hostedTools } from './openai-hosted-tools.ts';
import { isResponsesUsage, responsesCounts } from './openai-responses-counts.ts';
import { openrouterCost } from './openrouter-cost.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * OpenRouter Responses. OpenAI's shape, with the charge.
 * Source: OpenRouter API reference, Responses, read 2026-11-23; recorded responses.
 */
export const openrouterResponses: UsageSource = {
  name: 'openrouter.responses',
  providers: ['openrouter'],
  apis: ['responses'],
  convention: 'cache_included',
  matches: isResponsesUsage,
  extract: (answer, usage, read) => ({
    meters: definedMeters({ ...responsesCounts(usage, read), ...hostedTools(answer, read) }),
    context: { ...contextOf(answer, usage), ...openrouterCost(usage, read) },
  }),
};
