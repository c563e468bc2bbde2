import { expect, test } from 'vitest';
import { tokenKinds } from './token-kinds.ts';

test('every token is of one kind, and the kinds add up to input and output', () => {
  const kinds = tokenKinds({
    input_tokens: 1000,
    cache_read_tokens: 600,
    cache_write_tokens: 100,
    output_tokens: '9007199254740993',
    output_reasoning_tokens: 40,
  });
  expect(kinds).toEqual({
    uncached: 300n,
    cacheRead: 600n,
    cacheWrite: 100n,
    answer: 9007199254740953n,
    reasoning: 40n,
  });
  expect(kinds.uncached + kinds.cacheRead + kinds.cacheWrite).toBe(1000n);
});

test('a meter nobody reported is none of the tokens', () => {
  expect(tokenKinds({ input_tokens: 5, output_tokens: null }).uncached).toBe(5n);
});
