import { type Atto, ZERO } from '@costspan/usage';

/** Kinds of tokens that have prices of their own. `input` is the part of the prompt that no cache knew. */
export const TOKEN_CLASSES = ['input', 'cache_read', 'cache_write', 'output'] as const;
export type TokenClass = (typeof TOKEN_CLASSES)[number];

/** What a group of calls used and cost in one period. Only calls whose cost is known. */
export interface Spend {
  readonly calls: bigint;
  /** All of it. What the classes do not hold (searches, images, requests, unitemised totals) is the rest. */
  readonly cost: Atto;
  /** Tokens by class, each in one class only. */
  readonly tokens: Readonly<Record<TokenClass, bigint>>;
  /** What those tokens cost. */
  readonly costs: Readonly<Record<TokenClass, Atto>>;
}

export const NO_SPEND: Spend = {
  calls: 0n,
  cost: ZERO,
  tokens: { input: 0n, cache_read: 0n, cache_write: 0n, output: 0n },
  costs: { input: ZERO, cache_read: ZERO, cache_write: ZERO, output: ZERO },
};
