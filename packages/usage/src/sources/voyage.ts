import { definedMeters } from './add-meters.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * Voyage embeddings and rerank. There is no output, so `total_tokens` is the input and the only count; images are also
 * billed by the pixel. Source: Voyage AI API reference, read 2026-11-23.
 */
export const voyage: UsageSource = {
  name: 'voyage',
  providers: ['voyageai', 'jina'],
  apis: ['embeddings', 'rerank'],
  convention: 'cache_included',
  matches: (usage) => 'total_tokens' in usage,
  extract: (_answer, usage, read) => ({
    meters: definedMeters({
      input_tokens: read.count(usage, 'total_tokens'),
      pixels: read.count(usage, 'image_pixels'),
    }),
  }),
};
