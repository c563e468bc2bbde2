import { definedMeters } from './add-meters.ts';
import type { JsonObject } from './json-object.ts';
import type { UsageSource } from './usage-source.ts';

/** Llama through InvokeModel: two counts beside the text. Source: Amazon Bedrock user guide, Meta Llama models, read 2026-11-23. */
export const bedrockLlama: UsageSource = {
  name: 'bedrock.llama',
  providers: ['aws.bedrock'],
  apis: ['invoke'],
  convention: 'cache_included',
  locate: (answer) => (isCounted(answer) ? answer : undefined),
  matches: isCounted,
  extract: (_answer, usage, read) => ({
    meters: definedMeters({
      input_tokens: read.count(usage, 'prompt_token_count'),
      output_tokens: read.count(usage, 'generation_token_count'),
    }),
  }),
};

function isCounted(usage: JsonObject): boolean {
  return 'prompt_token_count' in usage || 'generation_token_count' in usage;
}
