import type { SimulatedModel } from './models.ts';
import { type PromptCache, prefixKeys } from './prompt-cache.ts';

/** One content block of an Anthropic prompt, in prompt order: tools, system, messages. */
export interface PromptBlock {
  readonly text: string;
  readonly tokens: number;
  /** Set where the request puts a `cache_control` breakpoint after this block. */
  readonly ttl?: CacheTtl;
}

export type CacheTtl = '5m' | '1h';

export interface DeclaredCacheUse {
  readonly readTokens: number;
  readonly written5mTokens: number;
  readonly written1hTokens: number;
  /** What is neither read nor written. */
  readonly freshTokens: number;
}

const TTL_MS: Record<CacheTtl, number> = { '5m': 5 * 60_000, '1h': 60 * 60_000 };
/** How many blocks before a breakpoint the provider looks for an earlier hit. */
const LOOKBACK_BLOCKS = 20;

/**
 * Anthropic's caching, by declared breakpoints: the longest remembered prefix at or shortly before a breakpoint is read,
 * the rest up to the last breakpoint is written, each stretch with the lifetime of the breakpoint that closes it. Prefixes
 * below the model's minimum are not cached. Source: Anthropic guide, prompt caching.
 */
export function readDeclaredCache(
  cache: PromptCache,
  model: SimulatedModel,
  blocks: readonly PromptBlock[],
  nowMs: number,
): DeclaredCacheUse {
  const keys = prefixKeys(
    model.served,
    blocks.map((block) => block.text),
  );
  const tokensTo: number[] = [];
  let total = 0;
  for (const block of blocks) {
    total += block.tokens;
    tokensTo.push(total);
  }
  const breakpoints = blocks.flatMap((block, index) =>
    block.ttl !== undefined && (tokensTo[index] as number) >= model.cacheTokensMin ? [{ index, ttl: block.ttl }] : [],
  );

  const hit = longestHit(
    breakpoints.map(({ index }) => index),
    keys,
    cache,
    nowMs,
  );
  const readTokens = hit === -1 ? 0 : (tokensTo[hit] as number);
  const written: Record<CacheTtl, number> = { '5m': 0, '1h': 0 };
  let from = readTokens;
  for (const { index, ttl } of breakpoints) {
    const to = tokensTo[index] as number;
    if (to > from) {
      written[ttl] += to - from;
      from = to;
    }
    if (index > hit) cache.remember(keys[index] as string, TTL_MS[ttl], nowMs);
  }
  return {
    readTokens,
    written5mTokens: written['5m'],
    written1hTokens: written['1h'],
    freshTokens: total - from,
  };
}

function longestHit(
  breakpoints: readonly number[],
  keys: readonly string[],
  cache: PromptCache,
  nowMs: number,
): number {
  for (const breakpoint of breakpoints.toReversed()) {
    for (let index = breakpoint; index >= 0 && index > breakpoint - LOOKBACK_BLOCKS; index--) {
      if (cache.has(keys[index] as string, nowMs)) return index;
    }
  }
  return -1;
}
