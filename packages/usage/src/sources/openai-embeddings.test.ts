import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test('embeddings have an input and no output, at every host that speaks the shape', () => {
  for (const provider of ['openai', 'azure', 'mistral', 'together']) {
    const body = { model: 'e', usage: { prompt_tokens: 4, total_tokens: 4 } };
    expect(extractUsage({ provider, body })).toMatchObject({
      source: 'openai.embeddings',
      usage: { meters: { input_tokens: 4 } },
    });
  }
});
