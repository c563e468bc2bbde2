import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

const headers = {
  'x-amzn-bedrock-input-token-count': '8',
  'x-amzn-bedrock-output-token-count': '129',
  'x-amzn-bedrock-cache-read-input-token-count': '2',
};
const meters = { input_tokens: 10, output_tokens: 129, cache_read_tokens: 2 };

test('a family without counts in its body is read from the headers', () => {
  const body = { outputs: [{ text: 'Paris', stop_reason: 'stop' }] };
  expect(extractUsage({ provider: 'aws', api: 'invoke', body, headers })).toMatchObject({
    source: 'bedrock.token_counts',
    usage: { status: 'reported', meters },
  });
  expect(extractUsage({ provider: 'aws', api: 'invoke', body }).usage.status).toBe('unavailable');
});

test('the counts may stand alone as a body', () => {
  expect(extractUsage({ provider: 'aws', body: headers }).usage.meters).toEqual(meters);
});

test("the last chunk of a stream holds Bedrock's metrics, which go before the family's own counts", () => {
  const body = {
    prompt_token_count: 99,
    'amazon-bedrock-invocationMetrics': { inputTokenCount: 16, outputTokenCount: 11, invocationLatency: 482 },
  };
  expect(extractUsage({ provider: 'aws', api: 'invoke', body }).usage.meters).toEqual({
    input_tokens: 16,
    output_tokens: 11,
  });
});

test('a usage object that knows more than the headers goes first', () => {
  const usage = {
    input_tokens: 4,
    output_tokens: 10,
    cache_creation_input_tokens: 6,
    cache_creation: { ephemeral_1h_input_tokens: 6 },
  };
  expect(extractUsage({ provider: 'aws', api: 'invoke', body: { usage }, headers }).usage.meters).toMatchObject({
    input_tokens: 10,
    cache_write_1h_tokens: 6,
  });
});
