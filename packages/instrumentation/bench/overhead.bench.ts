import { createRequire } from 'node:module';
import { context, SpanKind, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace';
import { CostspanInstrumentation } from '../src/index.ts';
import { adoptModule } from '../src/patches.ts';
import { anthropic } from '../src/providers/anthropic.ts';
import { openai } from '../src/providers/openai.ts';
import { CHAT, chatEvents, MESSAGE, messageEvents } from './answers.ts';
import { type Compared, compareFirstChunks, compareRounds, us } from './rounds.ts';

/** One line of the table: what was measured, and the bare SDK beside it. */
export interface Row {
  readonly name: string;
  readonly value: string;
  readonly compare?: string;
}

const CHUNKS_FEW = 10;
const CHUNKS_MANY = 400;

/**
 * CPU time of the application's thread that the instrumentation adds to a call. Two copies of each SDK run in this process
 * in alternating order, the CommonJS one bare and the ES module one observed; medians of 41 rounds. The difference between
 * the two copies when neither is observed is measured first and taken off. `fetch` is a function in memory, so that no
 * network hides the difference. Spans are recorded and ended by the OpenTelemetry SDK, and dropped by the exporter.
 */
export async function rows(): Promise<Row[]> {
  const require = createRequire(import.meta.url);
  const fetched = { body: '', type: 'application/json' };
  const bare = open(require('openai') as OpenAiModule, require('@anthropic-ai/sdk') as AnthropicModule, fetched);
  // The instrumentation finds required copies too; methods of the objects' own keep these bare.
  for (const resource of [bare.chat, bare.messages])
    Object.defineProperty(resource, 'create', { value: resource.create });
  const [openaiEsm, anthropicEsm] = [await import('openai'), await import('@anthropic-ai/sdk')];
  const observed = open(openaiEsm, anthropicEsm, fetched);
  const workloads = workloadsOf(fetched);

  const exporter: SpanExporter = { export: (_spans, done) => done({ code: 0 }), shutdown: async () => {} };
  const instrumentation = new CostspanInstrumentation({ esmHook: false, enabled: false });
  const sdk = new NodeSDK({
    instrumentations: [instrumentation],
    spanProcessors: [new BatchSpanProcessor({ exporter })],
    metricReaders: [],
    logRecordProcessors: [],
    autoDetectResources: false,
  });
  const control: Compared[] = [];
  for (const workload of workloads) control.push(await compare(workload, bare, observed));
  sdk.start();
  instrumentation.enable();
  adoptModule(openai, openaiEsm, '7.57.0');
  adoptModule(anthropic, anthropicEsm, '1.12.0');
  const measured: Compared[] = [];
  for (const workload of workloads) measured.push(await compare(workload, bare, observed));
  const byHand = await compare(measurementAt(workloads, 0), bare, withSpan(bare));
  measurementAt(workloads, 1).prepare();
  const toFirst = (clients: Clients) => clients.chat.create({ ...CHAT_PARAMS, stream: true });
  const first = await compareFirstChunks({ bare: () => toFirst(bare), other: () => toFirst(observed) });
  instrumentation.disable();
  await sdk.shutdown();

  const added = (at: number) => measurementAt(measured, at).differenceUs - measurementAt(control, at).differenceUs;
  const bareUs = (at: number) => measurementAt(measured, at).bareUs;
  const chunks = CHUNKS_MANY - CHUNKS_FEW;
  const perSdk = ['openai chat', 'anthropic messages'].flatMap((name, sdkAt): Row[] => {
    const [whole, few, many] = [sdkAt * 3, sdkAt * 3 + 1, sdkAt * 3 + 2];
    return [
      { name: `${name}, added per whole call`, value: us(added(whole)), compare: `bare call ${us(bareUs(whole))}` },
      {
        name: `${name}, added per stream of ${CHUNKS_FEW} chunks`,
        value: us(added(few)),
        compare: `bare stream ${us(bareUs(few))}`,
      },
      {
        name: `${name}, added per chunk`,
        value: us((added(many) - added(few)) / chunks),
        compare: `bare chunk ${us((bareUs(many) - bareUs(few)) / chunks)}`,
      },
    ];
  });
  return [
    ...perSdk,
    {
      name: 'openai chat, added to the first chunk, p95 (must: < 1 ms)',
      value: us(first.otherP95Us - first.bareP95Us),
      compare: `bare p95 ${us(first.bareP95Us)}`,
    },
    {
      name: 'openai chat, added by a span written by hand',
      value: us(byHand.differenceUs),
      compare: `bare call ${us(byHand.bareUs)}`,
    },
  ];
}

type OpenAiModule = typeof import('openai');
type AnthropicModule = typeof import('@anthropic-ai/sdk');

interface Fetched {
  body: string;
  type: string;
}

interface Clients {
  readonly chat: InstanceType<OpenAiModule['OpenAI']>['chat']['completions'];
  readonly messages: InstanceType<AnthropicModule['Anthropic']>['messages'];
}

function open(openaiModule: OpenAiModule, anthropicModule: AnthropicModule, fetched: Fetched): Clients {
  const offline: typeof fetch = async () => new Response(fetched.body, { headers: { 'content-type': fetched.type } });
  return {
    chat: new openaiModule.OpenAI({ apiKey: 'k', fetch: offline }).chat.completions,
    // The SDK's own spans are off, or the bare SDK would pay for spans too.
    messages: new anthropicModule.Anthropic({ apiKey: 'k', fetch: offline, openTelemetry: false }).messages,
  };
}

interface Workload {
  readonly callsPerRound: number;
  prepare(): void;
  call(clients: Clients): Promise<unknown>;
}

const CHAT_PARAMS = { model: 'gpt-5', messages: [{ role: 'user' as const, content: 'hi' }] };

/** Per SDK: a whole answer, a short stream, a long stream. */
function workloadsOf(fetched: Fetched): Workload[] {
  const chatStreamParams = { ...CHAT_PARAMS, stream: true, stream_options: { include_usage: true } } as const;
  const messagesParams = { model: 'claude-opus-5', max_tokens: 5, messages: CHAT_PARAMS.messages };
  const workload = (body: string, type: string, callsPerRound: number, call: Workload['call']): Workload => ({
    callsPerRound,
    prepare: () => Object.assign(fetched, { body, type }),
    call,
  });
  const whole = (body: string, call: Workload['call']) => workload(body, 'application/json', 200, call);
  const streamed = (
    body: string,
    callsPerRound: number,
    start: (clients: Clients) => Promise<AsyncIterable<unknown>>,
  ) =>
    workload(body, 'text/event-stream', callsPerRound, async (clients) => {
      for await (const _chunk of await start(clients));
    });
  return [
    whole(CHAT, ({ chat }) => chat.create(CHAT_PARAMS)),
    streamed(chatEvents(CHUNKS_FEW), 100, async ({ chat }) => chat.create(chatStreamParams)),
    streamed(chatEvents(CHUNKS_MANY), 10, async ({ chat }) => chat.create(chatStreamParams)),
    whole(MESSAGE, (clients) => clients.messages.create(messagesParams)),
    streamed(messageEvents(CHUNKS_FEW), 100, async (clients) =>
      clients.messages.create({ ...messagesParams, stream: true }),
    ),
    streamed(messageEvents(CHUNKS_MANY), 10, async (clients) =>
      clients.messages.create({ ...messagesParams, stream: true }),
    ),
  ];
}

/** The bare chat client with a span written by hand around each call: the least that any instrumentation adds. */
function withSpan(bare: Clients): Clients {
  const tracer = trace.getTracer('bench');
  const start = {
    operation: 'chat',
    provider: 'openai',
    model: 'gpt-5',
    address: 'api.openai.com',
    port: 443,
    billable: true,
  };
  const end = {
    id: 'c',
    served: 'gpt-5-2025-08-07',
    input: 10,
    output: 5,
    cached: 4,
    status: 'reported',
    outcome: 'ok',
  };
  const create = async (...args: Parameters<Clients['chat']['create']>) => {
    const span = tracer.startSpan('chat gpt-5', { kind: SpanKind.CLIENT, attributes: start });
    const answer = await context.with(trace.setSpan(context.active(), span), () => bare.chat.create(...args));
    span.setAttributes({ ...end, reasons: ['stop'] });
    span.end();
    return answer;
  };
  return { ...bare, chat: { create } as unknown as Clients['chat'] };
}

/** CPU time of one side and the other, in turns. */
function compare({ prepare, call, callsPerRound }: Workload, bare: Clients, other: Clients): Promise<Compared> {
  prepare();
  return compareRounds({ callsPerRound, bare: () => call(bare), other: () => call(other) });
}

function measurementAt<T>(list: readonly T[], at: number): T {
  const found = list[at];
  if (found === undefined) throw new RangeError(`workload ${at} was not measured`);
  return found;
}

if (import.meta.main)
  for (const row of await rows())
    console.log(`${row.name.padEnd(50)} ${row.value.padStart(12)}   ${row.compare ?? ''}`);
