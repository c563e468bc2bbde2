import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test('the event that ends a speech stream counts text in and audio out', () => {
  const usage = { input_tokens: 14, output_tokens: 101, total_tokens: 115 };
  const body = { type: 'speech.audio.done', usage };
  expect(extractUsage({ provider: 'openai', api: 'speech', body })).toMatchObject({
    source: 'openai.speech',
    usage: { meters: { input_tokens: 14, output_tokens: 101, output_audio_tokens: 101 } },
  });
});

test('a plain answer is audio, and its cost is in no answer', () => {
  expect(extractUsage({ provider: 'openai', api: 'speech', body: {} }).usage.status).toBe('unavailable');
});
