import { expect, test } from 'vitest';
import { batchAnswer } from './batch-line.ts';
import { extractUsage } from './extract-usage.ts';

const chat = { model: 'gpt-4o-mini', usage: { prompt_tokens: 22, completion_tokens: 2, total_tokens: 24 } };
const message = {
  model: 'claude-haiku-4-5',
  usage: { input_tokens: 11, cache_read_input_tokens: 9, output_tokens: 36 },
};
const generated = {
  modelVersion: 'gemini-2.5-flash',
  usageMetadata: { promptTokenCount: 8, candidatesTokenCount: 5, totalTokenCount: 13 },
};

test.each<[string, object, string, object]>([
  [
    'openai',
    { id: 'batch_req_1', custom_id: 'r-1', response: { status_code: 200, request_id: 'x', body: chat }, error: null },
    'gpt-4o-mini',
    { input_tokens: 22, output_tokens: 2 },
  ],
  [
    'openai',
    {
      custom_id: 'r-2',
      response: { body: { model: 'gpt-5', usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7 } } },
    },
    'gpt-5',
    { input_tokens: 3, output_tokens: 4 },
  ],
  [
    'anthropic',
    { custom_id: 'r-3', result: { type: 'succeeded', message } },
    'claude-haiku-4-5',
    { input_tokens: 20, cache_read_tokens: 9, output_tokens: 36 },
  ],
  ['gcp.gemini', { key: 'r-4', response: generated }, 'gemini-2.5-flash', { input_tokens: 8, output_tokens: 5 }],
])('a line of a batch result of %s is a call that was served in a batch', (provider, body, model, meters) => {
  expect(extractUsage({ provider, body })).toMatchObject({
    model,
    context: { batch: true },
    usage: { status: 'reported', meters },
    findings: [],
  });
});

test.each<[string, object]>([
  ['a request that failed', { custom_id: 'r', response: null, error: { code: 'batch_expired' } }],
  ['a result that errored', { custom_id: 'r', result: { type: 'errored', error: { type: 'invalid_request' } } }],
  ['a result that expired', { custom_id: 'r', result: { type: 'expired' } }],
])('%s has no usage, and says so', (_what, body) => {
  for (const provider of ['openai', 'anthropic']) {
    const extracted = extractUsage({ provider, body });
    expect([extracted.usage, extracted.findings.length]).toEqual([{ meters: {}, status: 'unavailable' }, 1]);
  }
});

test.each<[string, object]>([
  ['an answer', chat],
  ['the event that ends a stream', { type: 'response.completed', response: { usage: {} } }],
  ['an empty object', {}],
])('%s is no line of a batch', (_what, body) => {
  expect(batchAnswer(body as never)).toBeUndefined();
  expect(extractUsage({ provider: 'openai', body }).context).not.toHaveProperty('batch');
});
