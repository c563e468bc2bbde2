import { definedMeters, sumCounts } from './add-meters.ts';
import type { CountReader } from './count-reader.ts';
import { byModality, cachedByModality, modalCounts } from './gemini-modalities.ts';
import { type JsonObject, objectsOf, snakeKeys } from './json-object.ts';
import type { UsageSource } from './usage-source.ts';
import { outputBesideThoughts } from './whole-output.ts';

/**
 * Gemini Interactions. Cached tokens are part of `total_input_tokens`; tool-use tokens and thoughts stand beside input and
 * output, and the total holds all four. Vertex writes the same names in camel case.
 * Source: Gemini API reference, Interactions, Usage, read 2026-11-23.
 */
export const geminiInteractions: UsageSource = {
  name: 'gemini.interactions',
  providers: ['gcp.gemini', 'gcp.gen_ai', 'gcp.vertex_ai'],
  apis: ['interactions'],
  convention: 'cache_included',
  locate: (answer) => snakeKeys(answer['usage']),
  matches: (usage) => 'total_input_tokens' in usage || 'total_output_tokens' in usage,
  extract: (answer, usage, read) => {
    const prompt = read.count(usage, 'total_input_tokens');
    const tool = read.count(usage, 'total_tool_use_tokens');
    const cached = read.count(usage, 'total_cached_tokens');
    const thoughts = read.count(usage, 'total_thought_tokens');
    const total = read.count(usage, 'total_tokens');
    const input = sumCounts(prompt, tool);
    const output = outputBesideThoughts(input, read.count(usage, 'total_output_tokens'), thoughts, total);
    read.reconcile('total_tokens', total, sumCounts(input, output));
    const split = (name: string) => byModality(usage[name], 'tokens', read);
    const promptSplit = split('input_tokens_by_modality');
    const tier = answer['service_tier'];
    return {
      meters: definedMeters({
        input_tokens: input,
        output_tokens: output,
        cache_read_tokens: cached,
        input_tool_tokens: tool,
        output_reasoning_tokens: thoughts,
        ...modalCounts({
          prompt: promptSplit,
          tool: split('tool_use_tokens_by_modality'),
          cached: cachedByModality(split('cached_tokens_by_modality'), cached, promptSplit, prompt),
          output: split('output_tokens_by_modality'),
        }),
        web_searches: groundings(usage, 'google_search', read),
        map_searches: groundings(usage, 'google_maps', read),
        file_searches: groundings(usage, 'retrieval', read),
      }),
      context: typeof tier === 'string' ? { service_tier: tier } : {},
    };
  },
};

function groundings(usage: JsonObject, tool: string, read: CountReader): number | undefined {
  const counts = objectsOf(usage['grounding_tool_count']).filter(({ type }) => type === tool);
  return sumCounts(...counts.map((entry) => read.count(entry, 'count')));
}
