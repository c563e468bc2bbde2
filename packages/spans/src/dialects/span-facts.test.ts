import { expect, test } from 'vitest';
import { includeCache } from './span-facts.ts';

test('cached tokens are added to an input count that leaves them out', () => {
  const meters = { input_tokens: 10, cache_read_tokens: 100, cache_write_tokens: 7, output_tokens: 1 };
  expect(includeCache(meters)).toEqual({ ...meters, input_tokens: 117 });
});

test('an input count that is unknown stays unknown', () => {
  expect(includeCache({ cache_read_tokens: 100 })).toEqual({ cache_read_tokens: 100 });
});
