import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test.each([
  [
    'REST',
    {
      predictions: [
        { embeddings: { statistics: { token_count: 4 } } },
        { embeddings: { statistics: { token_count: 5 } } },
      ],
    },
  ],
  [
    'the SDK',
    {
      embeddings: [{ statistics: { tokenCount: 4 } }, { statistics: { tokenCount: 5 } }],
      metadata: { billableCharacterCount: 30 },
    },
  ],
])('the tokens of all vectors are added: %s', (_name, body) => {
  expect(extractUsage({ provider: 'google-vertex', api: 'embeddings', body })).toMatchObject({
    source: 'vertex.embeddings',
    usage: { meters: { input_tokens: 9 } },
  });
});

test('characters are read where there are no tokens', () => {
  const body = { predictions: [{}], metadata: { billableCharacterCount: 30 } };
  expect(extractUsage({ provider: 'google-vertex', api: 'predict', body }).usage.meters).toEqual({
    input_characters: 30,
  });
});

test('vectors alone say nothing', () => {
  const body = { embeddings: [{ values: [0.1] }] };
  expect(extractUsage({ provider: 'google', api: 'embeddings', body }).usage.status).toBe('unavailable');
});
