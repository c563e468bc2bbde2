import { definedMeters, sumCounts } from './add-meters.ts';
import { isObject, type JsonObject, snakeKeys } from './json-object.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * Cohere chat, embed and rerank: what is billed, which is less than what the model read (its own preamble is free). Cached
 * tokens are counted among the latter and are no part of the billed ones. Text and image tokens of an embedding stand beside
 * each other.
 * Source: Cohere API reference, billed_units, and its page on pricing, read 2026-11-23.
 */
export const cohereBilledUnits: UsageSource = {
  name: 'cohere.billed_units',
  providers: ['cohere', 'aws.bedrock', 'azure.ai.inference', 'azure.ai.openai'],
  apis: ['chat', 'embeddings', 'rerank', 'classify', 'generate', 'invoke'],
  convention: 'cache_excluded',
  locate: cohereUsage,
  matches: (usage) => isObject(usage['billed_units']),
  extract: (_answer, usage, read) => {
    const imageTokens = read.count(usage, 'billed_units', 'image_tokens');
    return {
      meters: definedMeters({
        input_tokens: sumCounts(read.count(usage, 'billed_units', 'input_tokens'), imageTokens),
        input_image_tokens: imageTokens,
        output_tokens: read.count(usage, 'billed_units', 'output_tokens'),
        search_units: read.count(usage, 'billed_units', 'search_units'),
        images: read.count(usage, 'billed_units', 'images'),
      }),
    };
  },
};

/** In the second version of the API `usage`, in the first `meta`; the SDK renames both to camel case. */
export function cohereUsage(answer: JsonObject): unknown {
  return snakeKeys(answer['usage'] ?? answer['meta']);
}
