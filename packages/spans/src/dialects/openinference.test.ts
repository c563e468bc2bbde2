import { expect, test } from 'vitest';
import { normalise } from '../normalise.ts';
import { dialectContract, spanWith } from '../testing/dialect.contract.ts';
import { recordedSpans } from '../testing/recorded-spans.contract.ts';
import { openInference } from './openinference.ts';

dialectContract(openInference, recordedSpans('openinference'));

test('what the instrumentations of OpenAI and Anthropic emit is read', () => {
  const [chat, embedding, responses, anthropic] = recordedSpans('openinference').map((span) => normalise(span));
  const meters = { input_tokens: 1000, cache_read_tokens: 400, output_tokens: 50, output_reasoning_tokens: 20 };
  expect(chat).toMatchObject({
    call: {
      provider: 'openai',
      responseModel: 'gpt-4o-2024-08-06',
      conversationId: 's1',
      promptVersion: '3',
      usage: { meters, status: 'reported' },
      tags: { user: 'u1', customer_id: 'acme' },
    },
  });
  expect(embedding).toMatchObject({ call: { operation: 'embeddings', usage: { status: 'unavailable' } } });
  expect(responses).toMatchObject({ call: { usage: { meters } } });
  expect(anthropic).toMatchObject({
    call: {
      provider: 'anthropic',
      requestModel: 'claude-sonnet-4-5',
      usage: { meters: { input_tokens: 1000, cache_read_tokens: 400, cache_write_tokens: 100, output_tokens: 50 } },
    },
  });
});

test.each([
  ['LLM', 'call', 'chat'],
  ['llm', 'call', 'chat'],
  ['EMBEDDING', 'call', 'embeddings'],
  ['RERANKER', 'call', 'rerank'],
  ['CHAIN', 'workflow', 'invoke_workflow'],
  ['AGENT', 'agent', 'invoke_agent'],
  ['TOOL', 'tool', 'execute_tool'],
  ['RETRIEVER', 'retrieval', 'retrieval'],
  ['GUARDRAIL', 'other', 'guardrail'],
  ['constructor', 'other', 'constructor'],
])('a span of kind %s is: %s %s', (spanKind, kind, operation) => {
  const usage = { 'openinference.span.kind': spanKind, 'llm.token_count.prompt': 5, 'llm.model_name': 'gpt-4o' };
  expect(openInference.read(spanWith(usage, { kind: 1 }))).toMatchObject({ kind, operation });
});

test('labels that name a key are tags; others, and deeper metadata, are not', () => {
  const { tags } = openInference.read(
    spanWith({
      'openinference.span.kind': 'LLM',
      'tag.tags': '["beta", "team:growth", "customer=acme"]',
      metadata: '{"featureName": "search", "deep": {"a": 1}, "list": [1], "n": 5}',
    }),
  );
  expect(tags).toEqual({ team: 'growth', customer_id: 'acme', feature_name: 'search', n: 5 });
});

test('a cost that the sender put on the span is kept as the reported cost', () => {
  const span = spanWith({ 'openinference.span.kind': 'LLM', 'llm.cost.total': 0.25 });
  expect(normalise(span)).toMatchObject({ call: { context: { reported_cost: { amount: '0.25', currency: 'USD' } } } });
});
