import { definedMeters } from './add-meters.ts';
import { OPENAI_COMPATIBLE } from './openai-compatible.ts';
import { contextOf } from './openai-context.ts';
import { hostedTools } from './openai-hosted-tools.ts';
import { imageSubUsages } from './openai-image-tool.ts';
import { isResponsesUsage, responsesCounts } from './openai-responses-counts.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * OpenAI Responses, and every host that speaks the same shape.
 * Source: OpenAI API reference, ResponseUsage, read 2026-11-20.
 */
export const openaiResponses: UsageSource = {
  name: 'openai.responses',
  providers: OPENAI_COMPATIBLE,
  apis: ['responses'],
  convention: 'cache_included',
  matches: isResponsesUsage,
  extract: (answer, usage, read) => ({
    meters: definedMeters({ ...responsesCounts(usage, read), ...hostedTools(answer, read) }),
    context: contextOf(answer, usage),
    subUsages: imageSubUsages(answer, read),
  }),
};
