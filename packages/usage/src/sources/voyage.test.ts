import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test('the total is the input, and images are counted by the pixel', () => {
  const usage = { text_tokens: 5, image_pixels: 2000000, total_tokens: 3576 };
  expect(extractUsage({ provider: 'voyageai', body: { usage } })).toMatchObject({
    source: 'voyage',
    usage: { meters: { input_tokens: 3576, pixels: 2000000 } },
  });
});
