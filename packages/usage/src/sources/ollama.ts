import { definedMeters } from './add-meters.ts';
import type { JsonObject } from './json-object.ts';
import type { UsageSource } from './usage-source.ts';

/** Ollama chat, generate and embed: two counts beside the answer. Source: Ollama API documentation, read 2026-11-23. */
export const ollama: UsageSource = {
  name: 'ollama',
  providers: ['ollama'],
  apis: ['chat', 'generate', 'embed', 'embeddings'],
  convention: 'cache_included',
  locate: (answer) => (isCounted(answer) ? answer : undefined),
  matches: isCounted,
  extract: (_answer, usage, read) => ({
    meters: definedMeters({
      input_tokens: read.count(usage, 'prompt_eval_count'),
      output_tokens: read.count(usage, 'eval_count'),
    }),
  }),
};

function isCounted(usage: JsonObject): boolean {
  return 'prompt_eval_count' in usage || 'eval_count' in usage;
}
