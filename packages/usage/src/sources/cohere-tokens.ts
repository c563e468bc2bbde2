import { definedMeters } from './add-meters.ts';
import { cohereUsage } from './cohere-billed-units.ts';
import { isObject } from './json-object.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * Cohere's count of what the model read and wrote, for hosts and contracts that bill it. Asked for by name (`tokens`) or
 * where an answer has no billed units. Cached tokens are part of the input.
 * Source: Cohere API reference, Usage, read 2026-11-23.
 */
export const cohereTokens: UsageSource = {
  name: 'cohere.tokens',
  providers: ['cohere'],
  apis: ['tokens'],
  convention: 'cache_included',
  locate: cohereUsage,
  matches: (usage) => isObject(usage['tokens']),
  extract: (_answer, usage, read) => ({
    meters: definedMeters({
      input_tokens: read.count(usage, 'tokens', 'input_tokens'),
      output_tokens: read.count(usage, 'tokens', 'output_tokens'),
      cache_read_tokens: read.count(usage, 'cached_tokens'),
    }),
  }),
};
