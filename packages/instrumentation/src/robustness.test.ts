import { EventEmitter } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as later } from 'node:timers/promises';
import { GEN_AI, TAG_PREFIX } from '@costspan/usage';
import { context, propagation, type Span, type Tracer, type TracerProvider, trace } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withTags } from './tags/context-tags.ts';
import { converseDialect } from './testing/dialects/bedrock.ts';
import { cohereDialect } from './testing/dialects/cohere.ts';
import { geminiDialect } from './testing/dialects/google.ts';
import { mistralDialect } from './testing/dialects/mistral.ts';
import { ollamaDialect } from './testing/dialects/ollama.ts';
import { chatDialect, messagesDialect } from './testing/dialects/stainless.ts';
import { all, eventually } from './testing/one-span.contract.ts';
import { type ProviderServer, startProviderServer } from './testing/provider-server.ts';
import { loadCopies } from './testing/sdk-copies.ts';
import { startTelemetry } from './testing/telemetry.ts';

const telemetry = startTelemetry();
const { esm, cjs } = loadCopies();
const DIALECTS = [
  chatDialect('esm', esm.openai),
  messagesDialect('esm', esm.anthropic),
  geminiDialect('esm', esm.google),
  converseDialect('esm', esm.bedrock),
  mistralDialect('esm', esm.mistral),
  cohereDialect('cjs', cjs.cohere),
  ollamaDialect('esm', esm.ollama),
];
let server: ProviderServer;
const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);

beforeAll(async () => {
  server = await startProviderServer();
  process.on('unhandledRejection', note);
});
afterAll(async () => {
  process.removeListener('unhandledRejection', note);
  await server.close();
  await telemetry.stop();
});
beforeEach(() => {
  telemetry.clear();
  telemetry.instrumentation.setConfig({});
  unhandled.length = 0;
});

describe('1,000 interleaved customers', () => {
  const chat = DIALECTS[0]!;
  const openai = () => new esm.openai.OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1`, maxRetries: 0 });
  const gemini = () => new esm.google.GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: server.url } });
  const bus = new EventEmitter();
  // Registered outside every context: what an emitter calls runs in the context of whoever emits.
  bus.on('ask', (ask: () => void) => ask());

  /** Every model's name tells whose call it is; so does the tag, if nothing was mixed up. */
  const WAYS: readonly ((model: string) => Promise<unknown>)[] = [
    (model) => openai().chat.completions.create({ model, messages: [] }),
    async (model) => {
      await later(Math.random() * 5);
      return openai().chat.completions.create({ model, messages: [] });
    },
    (model) => Promise.all([1, 2].map(() => openai().chat.completions.create({ model, messages: [] }))),
    (model) =>
      new Promise((resolve, reject) => {
        bus.emit('ask', () => openai().chat.completions.create({ model, messages: [] }).then(resolve, reject));
      }),
    (model) => gemini().models.generateContent({ model, contents: 'hi' }),
  ];

  test('never see each other, over awaits, timers, emitters, several SDKs, and streams read elsewhere', async () => {
    const body = { ...chat.body, ...DIALECTS[2]!.body };
    server.answerWith({ body: JSON.stringify(body) });
    const ids = Array.from({ length: 1_000 }, (_, index) => `c${index}`);
    for (let from = 0; from < ids.length; from += 100) {
      await Promise.all(
        ids
          .slice(from, from + 100)
          .map((id, index) => withTags({ customer_id: id }, () => WAYS[index % WAYS.length]!(`m-${id}`))),
      );
    }
    server.answerWith({ body: chat.events });
    const streams = await Promise.all(
      ids
        .slice(0, 100)
        .map((id) =>
          withTags({ customer_id: id }, () =>
            openai().chat.completions.create({ model: `m-${id}`, messages: [], stream: true }),
          ),
        ),
    );
    // Read by somebody else, for another customer.
    await withTags({ customer_id: 'reader' }, () => Promise.all(streams.reverse().map((stream) => all(stream))));
    await eventually(() => expect(telemetry.spans()).toHaveLength(1_000 + 200 + 100));
    for (const { attributes } of telemetry.spans()) {
      expect(attributes[GEN_AI.requestModel]).toBe(`m-${String(attributes[`${TAG_PREFIX}customer_id`])}`);
    }
  });
});

/** A tracer that fails wherever it can. */
function failingTracer(fails: 'startSpan' | 'setAttributes' | 'end' | 'setStatus'): TracerProvider {
  const fail = () => {
    throw new Error('injected');
  };
  const startSpan = (...args: Parameters<Tracer['startSpan']>): Span => {
    if (fails === 'startSpan') return fail();
    const span = trace.getTracer('inner').startSpan(...args);
    return Object.assign(span, { [fails]: fail });
  };
  return { getTracer: () => ({ startSpan, startActiveSpan: fail }) as never };
}

const boom = () => {
  throw new Error('injected');
};
const rejects = async () => {
  throw new Error('injected');
};
const FAULTS: Readonly<Record<string, () => void>> = {
  'onCall throws': () => telemetry.instrumentation.setConfig({ onCall: boom }),
  'onCall rejects': () => telemetry.instrumentation.setConfig({ onCall: rejects as never }),
  'redaction throws': () => telemetry.instrumentation.setConfig({ captureContent: { redact: boom } }),
  'upload throws': () => telemetry.instrumentation.setConfig({ captureContent: { upload: boom } }),
  'the usage sink is away': () =>
    telemetry.instrumentation.setConfig({ usageSink: { url: 'http://127.0.0.1:1', flushIntervalMs: 1 } }),
  'the usage sink has no address': () => telemetry.instrumentation.setConfig({ usageSink: { url: 'nowhere' } }),
  'the glossary cannot be read': () => telemetry.instrumentation.setConfig({ glossary: '/not/there.yaml' }),
  'a tag of the process throws': () =>
    telemetry.instrumentation.setConfig({
      tags: {
        get team() {
          return boom();
        },
      } as never,
    }),
  'a span cannot be started': () => telemetry.instrumentation.setTracerProvider(failingTracer('startSpan')),
  'a span cannot be written': () => telemetry.instrumentation.setTracerProvider(failingTracer('setAttributes')),
  'a span cannot be ended': () => telemetry.instrumentation.setTracerProvider(failingTracer('end')),
  'a metric throws': () => {
    const meter = { createCounter: () => ({ add: boom }), createHistogram: () => ({ record: boom }) };
    telemetry.instrumentation.setMeterProvider({ getMeter: () => meter } as never);
  },
};

describe('whatever fails inside us', () => {
  afterEach(() => {
    telemetry.instrumentation.setTracerProvider(trace.getTracerProvider());
  });

  test.each(Object.entries(FAULTS))('%s: the application never notices', async (_name, inject) => {
    try {
      inject();
    } catch {
      // What the application itself wrote down wrongly it is told at once.
    }
    for (const dialect of DIALECTS) {
      const type = dialect.streamType === undefined ? {} : { headers: { 'content-type': dialect.streamType } };
      server.answerWith({ body: JSON.stringify(dialect.body) });
      expect(await dialect.open(server.url).whole()).toBeDefined();
      server.answerWith({ ...type, body: dialect.events });
      expect((await all(await dialect.open(server.url).streamed())).length).toBeGreaterThan(20);
      server.answerWith({ status: 404, headers: dialect.errorHeaders ?? {}, body: JSON.stringify(dialect.errorBody) });
      const error = await Promise.resolve(dialect.open(server.url).whole()).catch((caught: unknown) => caught);
      expect(String(error)).not.toContain('injected');
      expect(error).toBeInstanceOf(Error);
    }
    await new Promise(setImmediate);
    expect(unhandled).toEqual([]);
  });

  test('tags that fail are left out, and their function still runs', () => {
    const tags = {
      get customer_id(): string {
        return boom();
      },
    };
    expect(withTags(tags, () => 42)).toBe(42);
  });
});

describe('what leaves the process', () => {
  let proxy: ReturnType<typeof createServer>;
  let sent = '';
  beforeAll(async () => {
    proxy = createServer((incoming: Socket) => {
      const outgoing = connect(Number(new URL(server.url).port), '127.0.0.1');
      incoming.on('data', (bytes) => {
        sent += bytes.toString('latin1');
      });
      incoming.on('error', () => outgoing.destroy());
      outgoing.on('error', () => incoming.destroy());
      incoming.pipe(outgoing).pipe(incoming);
    });
    await new Promise<void>((resolve) => {
      proxy.listen(0, '127.0.0.1', resolve);
    });
  });
  afterAll(() => proxy.close());

  test.each(DIALECTS)('to the provider of $name carries no tag and no baggage, whoever set them', async (dialect) => {
    const { port } = proxy.address() as { port: number };
    sent = '';
    server.answerWith({ body: JSON.stringify(dialect.body) });
    const baggage = propagation.createBaggage({ customer_id: { value: 'secret-baggage' } });
    await context.with(propagation.setBaggage(context.active(), baggage), () =>
      withTags({ customer_id: 'secret-tag' }, () => dialect.open(`http://127.0.0.1:${port}`).whole()),
    );
    expect(telemetry.spans()[0]?.attributes[`${TAG_PREFIX}customer_id`]).toBe('secret-tag');
    expect(sent).toContain('hi');
    expect(sent).not.toMatch(/secret|traceparent|baggage/i);
  });
});
