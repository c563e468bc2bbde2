import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HANDBOOK } from '../company/handbook.ts';
import { createRandom } from '../random.ts';
import { generate } from './generate.ts';
import { findModel } from './models.ts';
import { countTokens, tokenize } from './tokens.ts';

test.each([
  ['', 0],
  ['Hello', 1],
  ['Hello, world!', 4],
  ['internationalisation', 3],
  ['1234567', 3],
  ['日本語', 3],
])('%j has %i tokens', (text, count) => {
  expect(countTokens(text)).toBe(count);
});

test('English has about four tokens for three words', () => {
  const perWord = countTokens(HANDBOOK) / HANDBOOK.split(/\s+/).length;
  expect(perWord).toBeGreaterThan(1.15);
  expect(perWord).toBeLessThan(1.5);
});

test('tokens put together are the text', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => tokenize(text).join('') === text));
});

test('an answer never exceeds the limit, and its chunks put together are its text', () => {
  const model = findModel('openai', 'gpt-6-sol')!;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 800 }), fc.integer({ min: 0, max: 1_000 }), (tokensMax, seed) => {
      const answer = generate({ model, prompt: 'about invoices', tokensMax }, createRandom(seed));
      expect(answer.textTokens + answer.reasoningTokens).toBeLessThanOrEqual(tokensMax);
      expect(answer.textTokens).toBeGreaterThan(0);
      expect(answer.chunks.map((chunk) => chunk.text).join('')).toBe(answer.text);
    }),
  );
});
