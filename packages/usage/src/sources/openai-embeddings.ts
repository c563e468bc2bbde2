import { definedMeters } from './add-meters.ts';
import { OPENAI_COMPATIBLE } from './openai-compatible.ts';
import type { UsageSource } from './usage-source.ts';

/** OpenAI embeddings: a prompt count and nothing else. Source: OpenAI API reference, CreateEmbeddingResponse, read 2026-11-20. */
export const openaiEmbeddings: UsageSource = {
  name: 'openai.embeddings',
  providers: [...OPENAI_COMPATIBLE, 'mistral_ai'],
  apis: ['embeddings'],
  convention: 'cache_included',
  matches: (usage) => 'prompt_tokens' in usage && !('completion_tokens' in usage),
  extract: (_answer, usage, read) => ({ meters: definedMeters({ input_tokens: read.count(usage, 'prompt_tokens') }) }),
};
