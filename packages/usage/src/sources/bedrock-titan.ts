import { definedMeters, sumCounts } from './add-meters.ts';
import { type JsonObject, objectsOf } from './json-object.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * Titan text and embeddings through InvokeModel: one count for the prompt, one for each result; a stream's last chunk states
 * the sum instead. Source: Amazon Bedrock user guide, Amazon Titan models, read 2026-11-23.
 */
export const bedrockTitan: UsageSource = {
  name: 'bedrock.titan',
  providers: ['aws.bedrock'],
  apis: ['invoke', 'embeddings'],
  convention: 'cache_included',
  locate: (answer) => (isCounted(answer) ? answer : undefined),
  matches: isCounted,
  extract: (_answer, usage, read) => ({
    meters: definedMeters({
      input_tokens: read.count(usage, 'inputTextTokenCount'),
      output_tokens:
        read.count(usage, 'totalOutputTextTokenCount') ??
        sumCounts(...objectsOf(usage['results']).map((result) => read.count(result, 'tokenCount'))),
    }),
  }),
};

function isCounted(usage: JsonObject): boolean {
  return 'inputTextTokenCount' in usage;
}
