import { expect, test } from 'vitest';
import { objectsOf, snakeKeys } from './json-object.ts';

test('camel case becomes snake case throughout', () => {
  expect(snakeKeys({ promptTokens: 1, promptTokensDetails: { cachedTokens: 2 }, prompt_x: 3 })).toEqual({
    prompt_tokens: 1,
    prompt_tokens_details: { cached_tokens: 2 },
    prompt_x: 3,
  });
});

test("where both spellings are there, the API's own counts, whichever comes first", () => {
  expect(snakeKeys({ promptTokens: 1, prompt_tokens: 2 })).toEqual({ prompt_tokens: 2 });
  expect(snakeKeys({ prompt_tokens: 2, promptTokens: 1 })).toEqual({ prompt_tokens: 2 });
});

test('deep data is left as it is', () => {
  const deep: Record<string, unknown> = {};
  deep['itSelf'] = deep;
  expect(() => snakeKeys(deep)).not.toThrow();
});

test.each([null, undefined, 3, 'x', {}])('%s holds no objects', (value) => {
  expect(objectsOf(value)).toEqual([]);
});
