import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

const usage = { input_tokens: 10, cache_read_input_tokens: 5, cache_creation_input_tokens: 8, output_tokens: 15 };

test.each(['anthropic', 'aws', 'google-vertex', 'zai'])('%s leaves cached tokens out of the input', (provider) => {
  expect(extractUsage({ provider, api: 'messages', body: { model: 'claude-x', usage } })).toMatchObject({
    model: 'claude-x',
    source: 'anthropic.messages',
    usage: { meters: { input_tokens: 23, cache_read_tokens: 5, cache_write_tokens: 8, output_tokens: 15 } },
    findings: [],
  });
});

test('searches and fetches that the provider ran are counted', () => {
  const body = { usage: { ...usage, server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 } } };
  expect(extractUsage({ provider: 'anthropic', body }).usage.meters).toMatchObject({ web_searches: 2, web_fetches: 1 });
});

test('the event that opens a stream is read too', () => {
  const body = { type: 'message_start', message: { model: 'claude-x', usage } };
  expect(extractUsage({ provider: 'anthropic', body }).usage.meters.input_tokens).toBe(23);
});

test('the legacy completions API reports nothing', () => {
  const body = { type: 'completion', completion: 'Light', model: 'claude-2.1', stop_reason: 'stop_sequence' };
  expect(extractUsage({ provider: 'anthropic', api: 'complete', body })).toMatchObject({
    usage: { status: 'unavailable', meters: {} },
    findings: [{ code: 'USAGE_ABSENT' }],
  });
});
