import { context, type Span, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { CostspanSpanProcessor } from './costspan-span-processor.ts';
import { withTags } from './tags/context-tags.ts';
import { chatDialect } from './testing/dialects/stainless.ts';
import { startProviderServer } from './testing/provider-server.ts';
import { loadCopies } from './testing/sdk-copies.ts';
import { startTelemetry } from './testing/telemetry.ts';

// The application's telemetry gives the context manager; the provider under test is its own.
const telemetry = startTelemetry();
const exporter = new InMemorySpanExporter();
const processor: SpanProcessor = new CostspanSpanProcessor();
const provider = new TracerProvider({ spanProcessors: [processor, new SimpleSpanProcessor({ exporter })] });
const tracer = provider.getTracer('somebody-else');

afterAll(() => telemetry.stop());
beforeEach(() => exporter.reset());

const finished = () => exporter.getFinishedSpans().map((span) => span.attributes);

describe('the tags of the context', () => {
  test.each([
    ['gen_ai.operation.name', 'chat'],
    ['openinference.span.kind', 'LLM'],
    ['llm.model_name', 'm'],
    ['ai.operationId', 'ai.generateText'],
  ])('are put on spans that start with %s', (key, value) => {
    withTags({ customer_id: 'acme' }, () => tracer.startSpan('llm', { attributes: { [key]: value } }).end());
    expect(finished()).toEqual([{ [key]: value, 'costspan.tag.customer_id': 'acme' }]);
  });

  test('are put on spans of Mistral’s own telemetry, which says only later what they are of', () => {
    const mistral = provider.getTracer('mistralai_sdk_tracer');
    withTags({ customer_id: 'acme' }, () => mistral.startSpan('chat_completion_v1').end());
    expect(finished()).toEqual([{ 'costspan.tag.customer_id': 'acme' }]);
  });

  test('stay off spans that are no LLM spans', () => {
    withTags({ customer_id: 'acme' }, () => tracer.startSpan('GET', { attributes: { 'http.method': 'GET' } }).end());
    expect(finished()).toEqual([{ 'http.method': 'GET' }]);
  });
});

test('a foreign LLM span inside a call that we observe is not billable: the call has its own span', async () => {
  const { openai: sdk } = loadCopies().esm;
  const chat = chatDialect('esm', sdk);
  const server = await startProviderServer();
  server.answerWith({ body: JSON.stringify(chat.body) });
  const foreign: Span[] = [];
  const spying: typeof fetch = (...args) => {
    foreign.push(tracer.startSpan('chat', { attributes: { 'gen_ai.operation.name': 'chat' } }));
    return fetch(...args);
  };
  const client = new sdk.OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1`, fetch: spying });
  await withTags({ customer_id: 'acme' }, () => client.chat.completions.create({ model: 'gpt-5', messages: [] }));
  for (const span of foreign) span.end();
  await server.close();
  expect(finished()).toEqual([
    { 'gen_ai.operation.name': 'chat', 'costspan.billable': false, 'costspan.tag.customer_id': 'acme' },
  ]);
  expect(telemetry.spans().map((span) => span.attributes['costspan.billable'])).toEqual([true]);
  expect(trace.getSpan(context.active())).toBeUndefined();
});
