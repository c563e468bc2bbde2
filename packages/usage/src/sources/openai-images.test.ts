import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test('an image model counts text and image tokens on both sides', () => {
  const body = {
    size: '1024x1536',
    quality: 'high',
    data: [{ b64_json: '' }],
    usage: {
      input_tokens: 50,
      input_tokens_details: { text_tokens: 10, image_tokens: 40 },
      output_tokens: 6208,
      output_tokens_details: { text_tokens: 0, image_tokens: 6208 },
      total_tokens: 6258,
    },
  };
  expect(extractUsage({ provider: 'openai', body })).toMatchObject({
    source: 'openai.images',
    usage: {
      meters: {
        input_tokens: 50,
        output_tokens: 6208,
        input_text_tokens: 10,
        input_image_tokens: 40,
        output_text_tokens: 0,
        output_image_tokens: 6208,
      },
    },
    context: { variant: '1024x1536/high' },
    findings: [],
  });
});
