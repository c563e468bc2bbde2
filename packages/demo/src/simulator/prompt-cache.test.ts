import { expect, test } from 'vitest';
import { createOccurrences } from './occurrences.ts';
import { createPromptCache, prefixKeys } from './prompt-cache.ts';

test('a prefix is remembered up to its lifetime, and a hit renews it', () => {
  const cache = createPromptCache();
  cache.remember('a', 1_000, 0);
  expect(cache.has('a', 999)).toBe(true);
  expect(cache.has('a', 1_998)).toBe(true);
  expect(cache.has('a', 2_998)).toBe(false);
  expect(cache.has('b', 0)).toBe(false);
});

test('beyond its bound the cache forgets what was unused for longest, and counts it', () => {
  const cache = createPromptCache(2);
  cache.remember('a', 1_000, 0);
  cache.remember('b', 1_000, 0);
  cache.has('a', 1);
  cache.remember('c', 1_000, 2);
  expect([cache.has('a', 3), cache.has('b', 3), cache.has('c', 3)]).toEqual([true, false, true]);
  expect(cache.evictions).toBe(1);
});

test('prompts share keys exactly as far as their beginnings are the same', () => {
  const one = prefixKeys('model', ['system', 'first', 'second']);
  const other = prefixKeys('model', ['system', 'first', 'third']);
  expect(one.map((key, index) => key === other[index])).toEqual([true, true, false]);
  expect(prefixKeys('another model', ['system'])[0]).not.toBe(one[0]);
  expect(prefixKeys('model', ['sys', 'tem'])[1]).not.toBe(one[0]);
});

test('repeats are counted, and a request forgotten at the bound starts again', () => {
  const occurrences = createOccurrences(2);
  expect([occurrences.count('a'), occurrences.count('a'), occurrences.count('b')]).toEqual([1, 2, 1]);
  occurrences.count('c');
  expect([occurrences.count('b'), occurrences.count('a')]).toEqual([2, 1]);
});
