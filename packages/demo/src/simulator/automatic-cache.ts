import type { SimulatedModel } from './models.ts';
import { type PromptCache, prefixKeys } from './prompt-cache.ts';
import { tokenize } from './tokens.ts';

export interface CachedPrompt {
  readonly cachedTokens: number;
  readonly writtenTokens: number;
}

/** OpenAI caches whole blocks of this many tokens and forgets them after some minutes without use. */
const BLOCK_TOKENS = 128;
const TTL_MS = 10 * 60_000;

/**
 * OpenAI's caching, which nobody asks for: the longest remembered prefix of a prompt that is long enough, in whole blocks.
 * At least one token is always fresh. Source: OpenAI guide, prompt caching.
 */
export function readAutomaticCache(
  cache: PromptCache,
  model: SimulatedModel,
  prompt: string,
  nowMs: number,
): CachedPrompt {
  const tokens = tokenize(prompt);
  if (tokens.length <= model.cacheTokensMin) return { cachedTokens: 0, writtenTokens: 0 };
  const blocks: string[] = [];
  for (let end = BLOCK_TOKENS; end < tokens.length; end += BLOCK_TOKENS) {
    blocks.push(tokens.slice(end - BLOCK_TOKENS, end).join(''));
  }
  const keys = prefixKeys(model.served, blocks);
  let known = 0;
  while (known < keys.length && cache.has(keys[known] as string, nowMs)) known += 1;
  for (const key of keys.slice(known)) cache.remember(key, TTL_MS, nowMs);
  const cachedTokens = known * BLOCK_TOKENS;
  return cachedTokens < model.cacheTokensMin
    ? { cachedTokens: 0, writtenTokens: keys.length * BLOCK_TOKENS }
    : { cachedTokens, writtenTokens: (keys.length - known) * BLOCK_TOKENS };
}
