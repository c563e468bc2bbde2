import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test('a transcript by the token counts the audio in its input', () => {
  const usage = {
    type: 'tokens',
    input_tokens: 114,
    input_token_details: { text_tokens: 14, audio_tokens: 100 },
    output_tokens: 45,
    total_tokens: 159,
  };
  expect(extractUsage({ provider: 'openai', body: { text: 'hi', usage } })).toMatchObject({
    source: 'openai.audio_tokens',
    usage: { meters: { input_tokens: 114, output_tokens: 45, input_text_tokens: 14, input_audio_tokens: 100 } },
    findings: [],
  });
});
