import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test('audio, text and images are split, cached ones too', () => {
  const usage = {
    total_tokens: 253,
    input_tokens: 132,
    output_tokens: 121,
    input_token_details: {
      text_tokens: 119,
      audio_tokens: 13,
      image_tokens: 0,
      cached_tokens: 64,
      cached_tokens_details: { text_tokens: 60, audio_tokens: 4, image_tokens: 0 },
    },
    output_token_details: { text_tokens: 30, audio_tokens: 91 },
  };
  expect(extractUsage({ provider: 'openai', body: { type: 'response.done', response: { usage } } })).toMatchObject({
    source: 'openai.realtime',
    usage: {
      meters: {
        input_tokens: 132,
        output_tokens: 121,
        cache_read_tokens: 64,
        input_text_tokens: 119,
        input_audio_tokens: 13,
        input_image_tokens: 0,
        cache_text_read_tokens: 60,
        cache_audio_read_tokens: 4,
        cache_image_read_tokens: 0,
        output_text_tokens: 30,
        output_audio_tokens: 91,
      },
    },
    findings: [],
  });
});
