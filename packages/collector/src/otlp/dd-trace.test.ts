import { readFileSync } from 'node:fs';
import { ddTrace, normalise } from '@costspan/spans';
import { dialectContract, spanWith } from '@costspan/spans/testing';
import { expect, test } from 'vitest';
import { decodeJson } from '../otlp/decode-json.ts';
import type { Span } from '../otlp/traces.ts';
import { READ_ATTRIBUTES } from './read-attributes.ts';

/** The body that `dd-trace` 5.132.0 posts with `OTEL_TRACES_EXPORTER=otlp`, of `openai` 6.49.0 and `@anthropic-ai/sdk` 0.122.0. */
const BODY = readFileSync(new URL('recorded/dd-trace-otlp.json', import.meta.url));
const SPANS = decodeJson(BODY, READ_ATTRIBUTES).spans as readonly [Span, ...Span[]];

dialectContract(ddTrace, SPANS);

test('nanoseconds as JSON numbers are times', () => {
  expect(BODY.toString()).toContain('"startTimeUnixNano": 1795451532115003400');
  expect(SPANS[0]).toMatchObject({ startedAtUs: 1_795_451_532_115_003, endedAtUs: 1_795_451_532_174_586 });
});

test('enums by name are read as their numbers', () => {
  const byName = BODY.toString()
    .replace('"kind": 3', '"kind": "SPAN_KIND_CLIENT"')
    .replace('"code": 0', '"code": "STATUS_CODE_ERROR"');
  expect(decodeJson(Buffer.from(byName), READ_ATTRIBUTES).spans[0]).toMatchObject({ kind: 3, statusCode: 2 });
});

test('what the tracer writes is read; where it does not know the host, the model names the provider', () => {
  expect(SPANS.map((span) => span.attributes.get('gen_ai.provider.name'))).toEqual(['unknown', 'unknown']);
  const [openai, anthropic] = SPANS.map((span) => normalise(span));
  expect(openai).toMatchObject({
    call: {
      provider: 'openai',
      operation: 'chat',
      requestModel: 'gpt-4o',
      responseModel: 'gpt-4o-2024-08-06',
      responseId: 'chatcmpl-9x',
      serviceName: 'shop',
      tags: { environment: 'prod' },
      usage: {
        meters: { input_tokens: 1000, cache_read_tokens: 400, output_tokens: 50, output_reasoning_tokens: 20 },
      },
    },
  });
  expect(anthropic).toMatchObject({
    call: {
      provider: 'anthropic',
      usage: { meters: { input_tokens: 1000, cache_read_tokens: 400, cache_write_tokens: 100, output_tokens: 50 } },
    },
  });
});

test("the answer's model under the convention's own name goes before what the tracer writes", () => {
  const [first] = SPANS;
  const attributes = { ...Object.fromEntries(first.attributes), 'gen_ai.response.model': 'gpt-4o-2024-11-20' };
  expect(normalise(spanWith(attributes, { scope: first.scope }))).toMatchObject({
    call: { responseModel: 'gpt-4o-2024-11-20' },
  });
});

test.each([
  ['llm', 'call', 'chat'],
  ['embedding', 'call', 'embeddings'],
  ['workflow', 'workflow', 'invoke_workflow'],
  ['agent', 'agent', 'invoke_agent'],
  ['task', 'workflow', 'execute_task'],
  ['tool', 'tool', 'execute_tool'],
  ['retrieval', 'retrieval', 'retrieval'],
])('a span of kind %s is: %s %s', (spanKind, kind, operation) => {
  const span = spanWith({ 'gen_ai.operation.name': spanKind }, { scope: { name: 'dd-trace-js', version: '6.21.0' } });
  expect(ddTrace.read(span)).toMatchObject({ kind, operation });
});

test('a model it could not tell is no model', () => {
  const span = spanWith({ 'gen_ai.operation.name': 'llm', 'gen_ai.request.model': 'custom' });
  expect(ddTrace.read(span)).not.toHaveProperty('responseModel');
});
