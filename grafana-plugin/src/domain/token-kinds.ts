/** Tokens by what they are billed as. Parts that do not overlap, so that they add up to input and output. */
export interface TokenKinds {
  readonly uncached: bigint;
  readonly cacheRead: bigint;
  readonly cacheWrite: bigint;
  readonly answer: bigint;
  readonly reasoning: bigint;
}

type Count = number | string | null | undefined;

/** The API counts caches inside the input and reasoning inside the output; here each token is counted once. */
export function tokenKinds(row: Readonly<Record<string, Count>>): TokenKinds {
  const of = (meter: string) => BigInt(row[meter] ?? 0);
  const cacheRead = of('cache_read_tokens');
  const cacheWrite = of('cache_write_tokens');
  const reasoning = of('output_reasoning_tokens');
  return {
    uncached: of('input_tokens') - cacheRead - cacheWrite,
    cacheRead,
    cacheWrite,
    answer: of('output_tokens') - reasoning,
    reasoning,
  };
}
