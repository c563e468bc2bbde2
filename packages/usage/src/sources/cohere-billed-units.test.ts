import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

const tokens = { input_tokens: 496, output_tokens: 11 };

test.each([
  [
    'chat',
    { usage: { billed_units: { input_tokens: 5, output_tokens: 3 }, tokens } },
    { input_tokens: 5, output_tokens: 3 },
  ],
  [
    'chat of the first API',
    { meta: { billed_units: { input_tokens: 5, output_tokens: 3 }, tokens } },
    { input_tokens: 5, output_tokens: 3 },
  ],
  [
    'the end of a stream',
    { type: 'message-end', delta: { usage: { billed_units: { input_tokens: 1 } } } },
    { input_tokens: 1 },
  ],
  [
    'the end of an older stream',
    { event_type: 'stream-end', response: { meta: { billed_units: { input_tokens: 1 } } } },
    { input_tokens: 1 },
  ],
  ['the SDK', { usage: { billedUnits: { inputTokens: 5, outputTokens: 3 } } }, { input_tokens: 5, output_tokens: 3 }],
  [
    'embed',
    { meta: { billed_units: { input_tokens: 4, image_tokens: 10, images: 1 } } },
    { input_tokens: 14, input_image_tokens: 10, images: 1 },
  ],
  ['rerank', { results: [], meta: { billed_units: { search_units: 2 } } }, { search_units: 2 }],
])('%s is billed by its units, not by what the model read', (_name, body, meters) => {
  const extracted = extractUsage({ provider: 'cohere', body });
  expect(extracted.source).toBe('cohere.billed_units');
  expect(extracted.usage.meters).toEqual(meters);
});
