import { COSTSPAN, GEN_AI_SCHEMA_URL } from '@costspan/usage';
import { type Attributes, context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CostspanInstrumentation } from './costspan-instrumentation.ts';
import { chatDialect, messagesDialect } from './testing/dialects/stainless.ts';
import { type ProviderServer, startProviderServer } from './testing/provider-server.ts';
import { loadCopies } from './testing/sdk-copies.ts';
import { startTelemetry } from './testing/telemetry.ts';

const startedWith: Attributes[] = [];
const telemetry = startTelemetry(
  {},
  {
    shouldSample: (_context, _traceId, _name, _kind, attributes) => {
      startedWith.push({ ...attributes });
      return { decision: SamplingDecision.RECORD_AND_SAMPLED };
    },
  },
);
const { esm, cjs } = loadCopies();
const chat = chatDialect('esm', esm.openai);
let server: ProviderServer;

beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(async () => {
  await server.close();
  await telemetry.stop();
});
beforeEach(() => {
  telemetry.clear();
  startedWith.length = 0;
  server.answerWith({ body: JSON.stringify(chat.body) });
});

const openai = (options = {}) =>
  new esm.openai.OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1`, maxRetries: 0, ...options });
const params = { model: 'gpt-5', messages: [{ role: 'user' as const, content: 'hi' }] };

describe('the application keeps what the SDK gives', () => {
  test('promises and streams are of the SDK’s own classes', async () => {
    const promise = openai().chat.completions.create(params);
    expect(promise).toBeInstanceOf(esm.openai.APIPromise);
    await promise;
    server.answerWith({ body: chat.events });
    const stream = await openai().chat.completions.create({ ...params, stream: true });
    expect(Object.getPrototypeOf(stream).constructor.name).toBe('Stream');
    const iterator = stream[Symbol.asyncIterator]();
    expect(Object.prototype.toString.call(iterator)).toBe('[object AsyncGenerator]');
    await iterator.return?.();
  });

  test('methods keep their name, their length and their place', () => {
    const { prototype } = esm.openai.OpenAI.Chat.Completions;
    expect(prototype.create.name).toBe('create');
    expect(prototype.create).toHaveLength(2);
    expect(Object.keys(prototype)).toEqual([]);
  });

  test('request bodies are what the caller wrote', async () => {
    await openai().chat.completions.create({ ...params, temperature: 0, user: 'u' });
    expect(JSON.parse(server.requests[0]!.text)).toEqual({ ...params, temperature: 0, user: 'u' });
  });

  test('a failure inside the observation never reaches the application, and is said once', async () => {
    telemetry.instrumentation.setConfig({
      onCall: () => {
        throw new Error('sink is broken');
      },
    });
    await openai().chat.completions.create(params);
    await openai().chat.completions.create(params);
    telemetry.instrumentation.setConfig({});
    expect(telemetry.warnings.filter((warning) => warning.includes('onCall'))).toHaveLength(1);
    expect(telemetry.spans()).toHaveLength(2);
  });
});

describe('the span', () => {
  test('carries the schema of its attribute names', async () => {
    await openai().chat.completions.create(params);
    expect(telemetry.spans()[0]!.instrumentationScope.schemaUrl).toBe(GEN_AI_SCHEMA_URL);
  });

  test('starts with what a sampler decides on', async () => {
    await openai().chat.completions.create(params);
    expect(startedWith[0]).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-5',
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(server.url).port),
      [COSTSPAN.billable]: true,
    });
  });

  test('has the request parameters that were set, zero and false included, and no others', async () => {
    await openai().chat.completions.create({ ...params, temperature: 0, stream: false, seed: 7, stop: 'x', n: 1 });
    const { attributes } = telemetry.spans()[0]!;
    expect(Object.keys(attributes).filter((key) => key.startsWith('gen_ai.request.'))).toEqual([
      'gen_ai.request.model',
      'gen_ai.request.stream',
      'gen_ai.request.temperature',
      'gen_ai.request.seed',
      'gen_ai.request.choice.count',
      'gen_ai.request.stop_sequences',
    ]);
    expect(attributes).toMatchObject({
      'gen_ai.request.stream': false,
      'gen_ai.request.temperature': 0,
      'gen_ai.request.stop_sequences': ['x'],
    });
  });

  test('never holds content', async () => {
    server.answerWith({
      body: JSON.stringify({ ...chat.body, choices: [{ index: 0, message: { content: 'SECRET-OUT' } }] }),
    });
    await openai().chat.completions.create({ ...params, messages: [{ role: 'user', content: 'SECRET-IN' }] });
    const { attributes, events, status } = telemetry.spans()[0]!;
    expect(JSON.stringify({ attributes, events, status })).not.toContain('SECRET');
  });

  test('is the parent of what happens during the request, and a child of what was active before it', async () => {
    const seen: (string | undefined)[] = [];
    const spying: typeof fetch = (...args) => {
      seen.push(trace.getSpan(context.active())?.spanContext().spanId);
      return fetch(...args);
    };
    const tracer = trace.getTracer('app');
    await tracer.startActiveSpan('handler', async (handler) => {
      await openai({ fetch: spying }).chat.completions.create(params);
      expect(trace.getSpan(context.active())).toBe(handler);
      handler.end();
    });
    const [call, handler] = telemetry.spans();
    expect(seen).toEqual([call!.spanContext().spanId]);
    expect(call!.parentSpanContext?.spanId).toBe(handler!.spanContext().spanId);
  });
});

describe('switching on and off', () => {
  afterEach(() => telemetry.instrumentation.enable());

  test('disabling gives every class its own methods back', async () => {
    await openai().chat.completions.create(params);
    const promise = esm.openai.APIPromise.prototype as unknown as Record<string, unknown>;
    const ours = [
      cjs.openai.OpenAI.Chat.Completions.prototype.create,
      esm.anthropic.Anthropic.Messages.prototype.stream,
      promise['parse'],
      promise['asResponse'],
    ];
    telemetry.instrumentation.disable();
    const theirs = [
      cjs.openai.OpenAI.Chat.Completions.prototype.create,
      esm.anthropic.Anthropic.Messages.prototype.stream,
      promise['parse'],
      promise['asResponse'],
    ];
    for (const [index, method] of theirs.entries()) expect(method).not.toBe(ours[index]);
    expect(Object.getOwnPropertySymbols(theirs[0])).toEqual([]);
    telemetry.clear();
    await openai().chat.completions.create(params);
    expect(telemetry.spans()).toEqual([]);
  });

  test('enabling again observes every copy again', async () => {
    telemetry.instrumentation.disable();
    telemetry.instrumentation.enable();
    for (const dialect of [chat, chatDialect('cjs', cjs.openai)]) await dialect.open(server.url).whole();
    expect(telemetry.spans()).toHaveLength(2);
  });

  test('two instrumentations make one span of a call, by the newer one’s configuration', async () => {
    const newer = new CostspanInstrumentation({ esmHook: false, tags: { team: 'newer' } });
    await openai().chat.completions.create(params);
    expect(telemetry.spans()).toHaveLength(1);
    expect(telemetry.spans()[0]!.attributes['costspan.tag.team']).toBe('newer');
    newer.disable();
    await openai().chat.completions.create(params);
    expect(telemetry.spans()).toHaveLength(2);
    expect('costspan.tag.team' in telemetry.spans()[1]!.attributes).toBe(false);
  });

  test('a wrapper that somebody put around ours survives disabling, and calls pass through', async () => {
    const { prototype } = esm.openai.OpenAI.Embeddings;
    const ours = prototype.create;
    prototype.create = function create(this: typeof prototype, ...args) {
      return ours.apply(this, args);
    } as typeof prototype.create;
    const theirs = prototype.create;
    telemetry.instrumentation.disable();
    expect(prototype.create).toBe(theirs);
    server.answerWith({ body: '{"object":"list","data":[],"model":"m","usage":{"prompt_tokens":1,"total_tokens":1}}' });
    await openai().embeddings.create({ model: 'm', input: 'x' });
    expect(telemetry.spans()).toEqual([]);
    prototype.create = ours;
  });
});

describe('two libraries in one process', () => {
  test('calls made at the same time keep their own spans', async () => {
    const messages = messagesDialect('esm', esm.anthropic);
    const both = await startProviderServer();
    both.answerWith({ body: JSON.stringify(messages.body) });
    await Promise.all([
      ...Array.from({ length: 20 }, () => chat.open(server.url).whole()),
      ...Array.from({ length: 20 }, () => messages.open(both.url).whole()),
    ]);
    await both.close();
    const providers = telemetry.spans().map((span) => span.attributes['gen_ai.provider.name']);
    expect(providers.filter((name) => name === 'openai')).toHaveLength(20);
    expect(providers.filter((name) => name === 'anthropic')).toHaveLength(20);
    expect(context.active()).toBe(ROOT_CONTEXT);
  });
});
