import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test.each([
  ['a transcript by the second', { text: 'hi', usage: { type: 'duration', seconds: 9 } }, 9],
  ['an older verbose transcript', { task: 'transcribe', duration: '8.47', text: 'hi' }, 8.47],
  ['the last event of a Live session', { type: 'session.usage.updated', usage: { seconds: 61 } }, 61],
])('%s', (_name, body, seconds) => {
  expect(extractUsage({ provider: 'openai', body })).toMatchObject({
    source: 'openai.audio_seconds',
    usage: { status: 'reported', meters: { seconds } },
  });
});

test('a transcript without a duration says nothing', () => {
  expect(extractUsage({ provider: 'openai', api: 'audio', body: { text: 'hi' } }).usage.status).toBe('unavailable');
});
