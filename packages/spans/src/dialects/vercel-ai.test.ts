import { expect, test } from 'vitest';
import { normalise } from '../normalise.ts';
import { dialectContract, spanWith } from '../testing/dialect.contract.ts';
import { recordedSpans } from '../testing/recorded-spans.contract.ts';
import { vercelAi } from './vercel-ai.ts';

dialectContract(vercelAi, recordedSpans('vercel-ai'));

const CACHED = { input_tokens: 1000, cache_read_tokens: 400, output_tokens: 50 };

test.each([
  ['ai 4.3.19, @ai-sdk/openai', 'openai', { ...CACHED, output_reasoning_tokens: 20 }],
  ['ai 4.3.19, @ai-sdk/anthropic', 'anthropic', { ...CACHED, cache_write_tokens: 100 }],
  // Version 5 says nothing of OpenAI's cache on the spans of generateText.
  ['ai 5.0.277, @ai-sdk/openai', 'openai', { input_tokens: 1000, output_tokens: 50 }],
  ['ai 5.0.277, @ai-sdk/anthropic', 'anthropic', { ...CACHED, cache_write_tokens: 100, cache_write_5m_tokens: 100 }],
  ['ai 6.0.326, @ai-sdk/openai', 'openai', { ...CACHED, output_reasoning_tokens: 20 }],
  ['ai 6.0.326, @ai-sdk/anthropic', 'anthropic', { ...CACHED, cache_write_tokens: 100, cache_write_5m_tokens: 100 }],
])('what %s emits is one call of the same counts', (packages, provider, meters) => {
  const calls = recordedSpans('vercel-ai', packages).flatMap((span) => {
    const normalised = normalise(span);
    return normalised.kind === 'call' && normalised.call.operation === 'chat' ? [normalised.call] : [];
  });
  expect(calls).toHaveLength(1);
  expect(calls[0]).toMatchObject({
    provider,
    dialect: 'vercel-ai',
    conversationId: 's1',
    maxTokens: 64,
    temperature: 0.5,
    tags: { customer_id: 'acme', user: 'u1', feature_name: 'answer' },
  });
  expect(calls[0]?.usage.meters).toMatchObject(meters);
  // The breakdown of Anthropic's writes may stand beside, zero included.
  const { cache_write_1h_tokens: _, ...others } = calls[0]?.usage.meters ?? {};
  expect(others).toEqual(meters);
});

test.each([
  ['ai.generateText', 'framework'],
  ['ai.streamText', 'framework'],
  ['ai.generateObject', 'framework'],
  ['ai.embedMany', 'framework'],
  ['ai.generateText.doGenerate', 'call'],
  ['ai.streamObject.doStream', 'call'],
  ['ai.embedMany.doEmbed', 'call'],
  ['ai.rerank.doRerank', 'call'],
  ['ai.toolCall', 'tool'],
  ['ai.constructor', 'framework'],
])('%s is: %s', (operation, kind) => {
  const { kind: read } = vercelAi.read(spanWith({ 'ai.operationId': operation, 'ai.usage.inputTokens': 5 }));
  expect(read).toBe(kind);
});

test.each([
  ['version 5', {}, 64],
  ['version 6', { 'ai.usage.outputTokenDetails.textTokens': 50 }, 50],
])("thoughts of Google's models stand beside the output or in it: %s", (_, over, output) => {
  const span = spanWith({
    'ai.operationId': 'ai.streamText.doStream',
    'ai.model.provider': 'google.generative-ai',
    'ai.usage.inputTokens': 9,
    'ai.usage.outputTokens': 50,
    'ai.usage.reasoningTokens': 14,
    ...over,
  });
  expect(vercelAi.read(span)).toMatchObject({
    provider: 'gcp.gemini',
    meters: { output_tokens: output, output_reasoning_tokens: 14 },
  });
});

test('the wait for the first chunk is in milliseconds', () => {
  const span = spanWith({ 'ai.operationId': 'ai.streamText.doStream', 'ai.response.msToFirstChunk': 312.5 });
  expect(vercelAi.read(span).timeToFirstChunkUs).toBe(312_500);
});
