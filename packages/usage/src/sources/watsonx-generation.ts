import { definedMeters, sumCounts } from './add-meters.ts';
import { type JsonObject, objectsOf } from './json-object.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * watsonx.ai text generation: counts on every result. Its chat speaks OpenAI's words.
 * Source: IBM watsonx.ai API reference, text generation, read 2026-11-23.
 */
export const watsonxGeneration: UsageSource = {
  name: 'watsonx.generation',
  providers: ['ibm.watsonx.ai'],
  apis: ['generation', 'text_generation', 'embeddings'],
  convention: 'cache_included',
  locate: (answer) => (isCounted(answer) ? answer : undefined),
  matches: isCounted,
  extract: (_answer, usage, read) => {
    const results = [usage, ...objectsOf(usage['results'])];
    return {
      meters: definedMeters({
        input_tokens: sumCounts(...results.map((result) => read.count(result, 'input_token_count'))),
        output_tokens: sumCounts(...results.map((result) => read.count(result, 'generated_token_count'))),
      }),
    };
  },
};

function isCounted(usage: JsonObject): boolean {
  const results = [usage, ...objectsOf(usage['results'])];
  return results.some((result) => 'input_token_count' in result || 'generated_token_count' in result);
}
