import { expect, test } from 'vitest';
import { normalise } from '../normalise.ts';
import { dialectContract, spanWith } from '../testing/dialect.contract.ts';
import { recordedSpans } from '../testing/recorded-spans.contract.ts';
import { langfuse } from './langfuse.ts';

dialectContract(langfuse, recordedSpans('langfuse'));

function generation(usage: unknown, over: Record<string, string | number> = {}) {
  return spanWith({
    'langfuse.observation.type': 'generation',
    'langfuse.observation.model.name': 'gpt-4o',
    'langfuse.observation.usage_details': JSON.stringify(usage),
    ...over,
  });
}

test('what the SDK emits is read', () => {
  const [chat, embedding, agent] = recordedSpans('langfuse', 'tracing').map((span) => normalise(span));
  expect(chat).toMatchObject({
    call: {
      provider: 'openai',
      responseModel: 'gpt-4o-2024-08-06',
      promptId: 'greet',
      promptVersion: '3',
      maxTokens: 64,
      temperature: 0.5,
      context: { reported_cost: { amount: '0.004', currency: 'USD' } },
      tags: { customer_id: 'acme' },
      usage: {
        meters: {
          input_tokens: 1000,
          cache_read_tokens: 400,
          cache_write_tokens: 100,
          output_tokens: 50,
          output_reasoning_tokens: 20,
        },
      },
    },
  });
  expect(embedding).toMatchObject({ call: { operation: 'embeddings', usage: { meters: { input_tokens: 9 } } } });
  expect(agent).toMatchObject({ kind: 'context', context: { kind: 'agent' } });
});

test.each([
  ['buckets', { input: 600, input_cached_tokens: 400, output: 30, output_reasoning_tokens: 20, total: 1050 }],
  ['buckets of LangChain', { input: 600, input_cache_read: 400, output: 30, output_reasoning: 20, total: 1050 }],
  [
    'the usage of OpenAI as it came',
    {
      prompt_tokens: 1000,
      completion_tokens: 50,
      total_tokens: 1050,
      prompt_tokens_details: { cached_tokens: 400 },
      completion_tokens_details: { reasoning_tokens: 20 },
    },
  ],
])('usage as %s is the same counts', (_, usage) => {
  expect(langfuse.read(generation(usage)).meters).toEqual({
    input_tokens: 1000,
    cache_read_tokens: 400,
    output_tokens: 50,
    output_reasoning_tokens: 20,
  });
});

test('the usage of Anthropic as it came is added up', () => {
  const usage = {
    input_tokens: 500,
    cache_read_input_tokens: 400,
    cache_creation_input_tokens: 100,
    output_tokens: 50,
  };
  expect(langfuse.read(generation(usage)).meters).toEqual({
    input_tokens: 1000,
    cache_read_tokens: 400,
    cache_write_tokens: 100,
    output_tokens: 50,
  });
});

test('a bucket nobody knows is part of what its name says', () => {
  expect(langfuse.read(generation({ input: 5, input_video_frames: 7, output: 1, other: 9 })).meters).toEqual({
    input_tokens: 12,
    output_tokens: 1,
  });
});

test('a bucket that is no count is left out with a finding', () => {
  const { meters, findings } = langfuse.read(generation({ input: -5, output: 3 }));
  expect(meters).toEqual({ output_tokens: 3 });
  expect(findings).toEqual([expect.objectContaining({ code: 'COUNT_INVALID', meter: 'input_tokens' })]);
});

test('the level ERROR is a failed call, and the first token is timed from the start', () => {
  const span = generation(
    {},
    {
      'langfuse.observation.level': 'ERROR',
      'langfuse.observation.completion_start_time': '"2025-10-09T08:53:20.250Z"',
    },
  );
  expect(langfuse.read(span)).toMatchObject({ outcome: 'error', timeToFirstChunkUs: 250_000 });
});

test.each([
  ['generation', 'call'],
  ['embedding', 'call'],
  ['agent', 'agent'],
  ['chain', 'workflow'],
  ['tool', 'tool'],
  ['retriever', 'retrieval'],
  ['span', 'workflow'],
  ['event', 'other'],
  ['guardrail', 'other'],
  ['constructor', 'other'],
])('an observation of type %s is: %s', (type, kind) => {
  expect(langfuse.read(spanWith({ 'langfuse.observation.type': type })).kind).toBe(kind);
});
