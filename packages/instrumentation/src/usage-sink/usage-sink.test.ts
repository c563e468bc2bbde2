import { AlwaysOffSampler } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withTags } from '../tags/context-tags.ts';
import { chatDialect } from '../testing/dialects/stainless.ts';
import { eventually } from '../testing/one-span.contract.ts';
import { type ProviderServer, startProviderServer } from '../testing/provider-server.ts';
import { loadCopies } from '../testing/sdk-copies.ts';
import { startTelemetry } from '../testing/telemetry.ts';
import { UsageSink } from './usage-sink.ts';

const telemetry = startTelemetry({}, new AlwaysOffSampler());
const { esm } = loadCopies();
const chat = chatDialect('esm', esm.openai);
let provider: ProviderServer;
let collector: ProviderServer;

beforeAll(async () => {
  provider = await startProviderServer();
  collector = await startProviderServer();
});
afterAll(async () => {
  await telemetry.stop();
  await provider.close();
  await collector.close();
});
beforeEach(() => {
  collector.answerWith({ body: '{}' });
  provider.answerWith({ body: JSON.stringify(chat.body) });
});

interface Received {
  readonly spanId: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

function received(): Received[] {
  return collector.requests.flatMap(({ path, text }) => {
    expect(path).toBe('/v1/traces');
    const { resourceSpans } = JSON.parse(text) as { resourceSpans: { scopeSpans: { spans: Received[] }[] }[] };
    return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  });
}

const make = () => chat.open(provider.url).whole();
const sinkTo = (more: object = {}) =>
  telemetry.instrumentation.setConfig({ usageSink: { url: collector.url, flushIntervalMs: 10_000, ...more } });

describe('with a trace sampler at 0 %', () => {
  test('every call reaches the collector, once, with its tags and its usage', async () => {
    sinkTo({ batchCallsMax: 8 });
    for (let call = 0; call < 20; call += 1) await withTags({ customer_id: `c${call}` }, make);
    await telemetry.instrumentation.flush();
    expect(telemetry.spans()).toEqual([]);
    expect(received()).toHaveLength(20);
    expect(new Set(received().map(({ spanId }) => spanId)).size).toBe(20);
    expect(collector.requests.length).toBeLessThanOrEqual(20);
    const facts = Object.fromEntries(received()[3]!.attributes.map(({ key, value }) => [key, value]));
    expect(facts).toMatchObject({
      'gen_ai.provider.name': { stringValue: 'openai' },
      'gen_ai.request.model': { stringValue: 'gpt-5' },
      'gen_ai.usage.input_tokens': { intValue: '100' },
      'gen_ai.usage.cache_read.input_tokens': { intValue: '64' },
      'gen_ai.usage.reasoning.output_tokens': { intValue: '0' },
      'costspan.billable': { boolValue: true },
      'costspan.tag.customer_id': { stringValue: 'c3' },
    });
  });

  test('calls wait for a collector that is away, and are sent again', async () => {
    sinkTo({ flushIntervalMs: 5 });
    collector.answerWith({ status: 503 }, { status: 429 }, { body: '{}' });
    await make();
    await eventually(() => expect(collector.requests.length).toBe(3));
    expect(new Set(received().map(({ spanId }) => spanId)).size).toBe(1);
  });

  test('the last calls are sent when the instrumentation shuts down', async () => {
    sinkTo();
    await make();
    expect(collector.requests).toEqual([]);
    await telemetry.instrumentation.shutdown();
    expect(received()).toHaveLength(1);
  });
});

const call = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  startedAtUs: 1,
  durationUs: 1,
  provider: 'openai',
  operation: 'chat',
  usage: { meters: {}, status: 'unavailable' },
  context: {},
  outcome: 'ok',
  tags: {},
} as const;

describe('a sink', () => {
  test('holds no more than its bound, and counts what it drops', async () => {
    const sink = new UsageSink({ url: 'http://127.0.0.1:1', queueCallsMax: 3, flushIntervalMs: 60_000 }, {});
    for (let count = 0; count < 5; count += 1) sink.take(call);
    expect(sink.dropped).toBe(2);
    await sink.close();
  });

  test('does not send again what the collector refuses', async () => {
    collector.answerWith({ status: 400 });
    const sink = new UsageSink({ url: collector.url, flushIntervalMs: 60_000 }, {});
    sink.take(call);
    await sink.close();
    expect(collector.requests).toHaveLength(1);
    expect(sink.dropped).toBe(1);
  });
});
