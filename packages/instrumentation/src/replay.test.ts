import { fileURLToPath } from 'node:url';
import { COSTSPAN, GEN_AI, METER_ATTRIBUTES, OTEL } from '@costspan/usage';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { describe, expect, test, vi } from 'vitest';
import { advisorModels, answerOf, billedUsage, type Exchange, readExchanges } from './testing/exchange.ts';
import { loadCopies } from './testing/sdk-copies.ts';
import { startStage } from './testing/stage.contract.ts';

const { telemetry, server } = startStage();
const { esm, cjs } = loadCopies();
const { openai: openaiSdk, anthropic: anthropicSdk, bedrock: bedrockSdk } = esm;
// The SDKs say on the console that a recorded model is near its end of life.
vi.spyOn(console, 'warn').mockImplementation(() => {});

const RECORDED = fileURLToPath(new URL('../../../../shared/fixtures/provider-exchanges/', import.meta.url));
const OWN = fileURLToPath(new URL('./testing/exchanges/', import.meta.url));

type Make = (exchange: Exchange) => PromiseLike<unknown>;

const chatLike = (client: () => { chat: { completions: { create(body: never): PromiseLike<unknown> } } }): Make => {
  return ({ request }) => client().chat.completions.create(request.body as never);
};

/**
 * How to make an exchange's request through the SDK, by provider (or vendor, where the provider is `other`) and API. What is
 * missing here is not instrumented and skipped by name.
 */
const APIS: Readonly<Record<string, Make>> = {
  'openai/chat': chatLike(() => openai()),
  'openai/completions': ({ request }) => openai().completions.create(request.body as never),
  'openai/responses': ({ request }) => openai().responses.create(request.body as never),
  'openai/embeddings': ({ request }) => openai().embeddings.create(request.body as never),
  'openai/images': ({ request }) =>
    request.path.endsWith('/generations')
      ? openai().images.generate(request.body as never)
      : openai().images.createVariation({ image: new File(['x'], 'x.png') }),
  'openai/audio': () =>
    openai().audio.transcriptions.create({ file: new File(['x'], 'x.wav'), model: 'gpt-4o-transcribe' }),
  'azure.openai/chat': chatLike(() => azure()),
  'azure.openai/responses': ({ request }) => azure().responses.create(request.body as never),
  'anthropic/messages': ({ request }) =>
    request.path.includes('beta=true')
      ? anthropic().beta.messages.create(request.body as never, { timeout: 10_000 })
      : anthropic().messages.create(request.body as never, { timeout: 10_000 }),
  'google/generateContent': ({ request, stream }) => {
    const { contents, generationConfig } = request.body;
    const model = /models\/([^:]+):/.exec(request.path)?.[1] ?? '';
    const asked = {
      model,
      contents,
      config: { ...(generationConfig as object), automaticFunctionCalling: { disable: true } },
    };
    const { models } = gemini(request.path.startsWith('/v1beta1/projects'));
    return stream ? models.generateContentStream(asked as never) : models.generateContent(asked as never);
  },
  'google/embeddings': () => gemini(false).models.embedContent({ model: 'gemini-embedding-001', contents: ['a', 'b'] }),
  'aws.bedrock/converse': ({ request, stream }) => {
    const input = { modelId: modelIn(request.path), messages: [{ role: 'user', content: [{ text: 'hi' }] }] } as never;
    return stream
      ? bedrock()
          .send(new bedrockSdk.ConverseStreamCommand(input))
          .then((answer) => answer.stream)
      : bedrock().send(new bedrockSdk.ConverseCommand(input));
  },
  'aws.bedrock/invoke': ({ request, stream }) => {
    const input = { modelId: modelIn(request.path), body: JSON.stringify(request.body) };
    return stream || request.path.endsWith('stream')
      ? bedrock()
          .send(new bedrockSdk.InvokeModelWithResponseStreamCommand(input))
          .then((answer) => answer.body)
      : bedrock().send(new bedrockSdk.InvokeModelCommand(input));
  },
  'aws.bedrock/chat': chatLike(() => openai()),
  'cohere/chat': ({ request, stream }) => {
    const isV2 = request.path.startsWith('/v2');
    const client = isV2
      ? new cjs.cohere.CohereClientV2({ token: 'k', environment: server.url })
      : new cjs.cohere.CohereClient({ token: 'k', environment: server.url });
    const asked = isV2 ? { model: 'command-a-03-2025', messages: [] } : { message: 'hi' };
    return stream ? client.chatStream(asked as never) : client.chat(asked as never);
  },
  'cohere/embeddings': () =>
    cohere().embed({ model: 'embed-v4.0', texts: ['a'], inputType: 'search_query', embeddingTypes: ['float'] }),
  'cohere/rerank': () => cohere().rerank({ model: 'rerank-v3.5', query: 'q', documents: ['a'] }),
  'mistral/chat': ({ request, stream }) =>
    stream ? mistral().chat.stream(request.body as never) : mistral().chat.complete(request.body as never),
  'mistral/audio': () =>
    mistral().audio.transcriptions.complete({
      model: 'voxtral-mini-latest',
      file: { fileName: 'x.wav', content: new Uint8Array([1]) },
    }),
  'ollama/chat': ({ request }) => new esm.ollama.Ollama({ host: server.url }).chat(request.body as never),
  'groq/chat': chatLike(() => new esm.groq.Groq({ apiKey: 'k', baseURL: server.url, maxRetries: 0 }) as never),
  'together/chat': chatLike(
    () => new esm.together.Together({ apiKey: 'k', baseURL: `${server.url}/v1`, maxRetries: 0 }) as never,
  ),
  'together/completions': ({ request }) =>
    new esm.together.Together({ apiKey: 'k', baseURL: `${server.url}/v1`, maxRetries: 0 }).completions.create(
      request.body as never,
    ),
};

function apiOf({ provider, vendor, api }: Exchange): string {
  return `${provider === 'other' ? vendor : provider}/${api}`;
}

/** Vendors that speak another's words are called with that vendor's SDK, which thinks that it reaches their host. */
const COMPATIBLE: Readonly<Record<string, Make>> = {
  chat: (exchange) => chatLike(() => compatible(exchange))(exchange),
  responses: (exchange) => compatible(exchange).responses.create(exchange.request.body as never),
  completions: (exchange) => compatible(exchange).completions.create(exchange.request.body as never),
  embeddings: (exchange) => compatible(exchange).embeddings.create(exchange.request.body as never),
};

function makeOf(exchange: Exchange): Make | undefined {
  if (exchange.request.path.includes('alt=json')) return undefined;
  return APIS[apiOf(exchange)] ?? (exchange.provider === 'other' ? COMPATIBLE[exchange.api] : undefined);
}

const compatible = ({ request }: Exchange) =>
  new openaiSdk.OpenAI({
    apiKey: 'k',
    baseURL: `https://${request.host}/v1`,
    maxRetries: 0,
    logLevel: 'off',
    fetch: (_url, init) => fetch(server.url, init),
  });

function modelIn(path: string): string {
  return decodeURIComponent(/\/model\/([^/]+)\//.exec(path)?.[1] ?? '');
}

const bedrock = () =>
  new bedrockSdk.BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: server.url,
    credentials: { accessKeyId: 'k', secretAccessKey: 's' },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });
const cohere = () => new cjs.cohere.CohereClientV2({ token: 'k', environment: server.url });
const mistral = () =>
  new esm.mistral.Mistral({ apiKey: 'k', serverURL: server.url, retryConfig: { strategy: 'none' } });
const gemini = (vertexai: boolean) =>
  new esm.google.GoogleGenAI({
    ...(vertexai ? { vertexai, apiKey: 'k' } : { apiKey: 'k' }),
    httpOptions: { baseUrl: server.url },
  });
const openai = () => new openaiSdk.OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1`, maxRetries: 0, logLevel: 'off' });
const azure = () =>
  new openaiSdk.AzureOpenAI({
    apiKey: 'k',
    apiVersion: '2024-10-21',
    endpoint: server.url,
    maxRetries: 0,
    logLevel: 'off',
  });
const anthropic = () =>
  new anthropicSdk.Anthropic({ apiKey: 'k', baseURL: server.url, maxRetries: 0, logLevel: 'off' });

replay('our own exchanges', readExchanges(OWN));

const recorded = ['openai', 'azure.openai', 'anthropic', 'google', 'aws.bedrock', 'cohere', 'mistral', 'other'].flatMap(
  (provider) => readExchanges(RECORDED + provider),
);
if (recorded.length > 0) replay('recorded exchanges', recorded);
else test.skip('recorded exchanges: ../shared/fixtures/provider-exchanges is not beside this repository', () => {});

function replay(title: string, exchanges: readonly Exchange[]): void {
  const isCovered = (exchange: Exchange) => makeOf(exchange) !== undefined;
  describe(title, () => {
    test.each(exchanges.filter(isCovered))(
      '$id gives one billable span with what the provider billed, and the application what it gets without us',
      async (exchange) => {
        server.answerWith(answerOf(exchange));
        const { seen, failure } = await make(exchange);
        const spans = telemetry.spans().filter((span) => span.attributes[COSTSPAN.billable] === true);
        const parts = advisorModels(exchange.expected);
        expect(spans).toHaveLength(1 + parts.length);
        expect(spans.slice(0, -1).map((span) => span.attributes[GEN_AI.requestModel])).toEqual(parts);
        const call = spans.at(-1) as ReadableSpan;
        if (exchange.response.status >= 400) expectFailure(call, exchange, failure);
        else expectAnswer(call, exchange);

        // A provider that is not asked for usage sends another answer than the one recorded.
        const isAsked = (text: string) => text.includes('include_usage');
        if (isAsked(server.requests[0]?.text ?? '') && !isAsked(JSON.stringify(exchange.request.body))) return;
        telemetry.instrumentation.disable();
        server.answerWith(answerOf(exchange));
        const alone = await make(exchange).finally(() => telemetry.instrumentation.enable());
        expect(plain(seen)).toEqual(plain(alone.seen));
        expect(String(failure)).toBe(String(alone.failure));
      },
    );
    for (const exchange of exchanges.filter((one) => !isCovered(one))) {
      test.skip(`${exchange.id}: ${apiOf(exchange)} is not called through an SDK of its own`, () => {});
    }
  });
}

interface Made {
  /** The answer, or the parts of its stream. */
  readonly seen: unknown;
  /** What the application got thrown. */
  readonly failure: unknown;
}

/** Makes the request and reads the answer to its end. */
async function make(exchange: Exchange): Promise<Made> {
  const parts: unknown[] = [];
  try {
    const answer = await makeOf(exchange)?.(exchange);
    if (!exchange.stream) return { seen: answer, failure: undefined };
    for await (const part of answer as AsyncIterable<unknown>) parts.push(part);
    return { seen: parts, failure: undefined };
  } catch (failure) {
    return { seen: parts, failure };
  }
}

/** Without what differs between two answers alike: times and ids that the server and the SDK give. */
function plain(value: unknown): unknown {
  const isPassing = (key: string) => key === 'sdkHttpResponse' || key === '$metadata' || key === 'httpMeta';
  return JSON.parse(JSON.stringify(value ?? null, (key, inner: unknown) => (isPassing(key) ? undefined : inner)));
}

/** What has no tokens is billed by the image or the search, and counted so. */
const COUNTED = new Set(['images', 'rerank']);

function expectAnswer(span: ReadableSpan, { expected, response, api }: Exchange): void {
  const usage = billedUsage(expected);
  expect(countsOf(span)).toEqual(usage);
  const truncated = response.aborted === true;
  expect(span.attributes).toMatchObject({
    [COSTSPAN.outcome]: truncated ? 'truncated' : 'ok',
    [COSTSPAN.usageStatus]: Object.keys(usage).length > 0 || COUNTED.has(api) ? 'reported' : 'unavailable',
  });
  expect(span.attributes[GEN_AI.responseModel]).toBe(expected.response_model ?? undefined);
  expect(span.attributes[GEN_AI.responseId]).toBe(expected.response_id ?? undefined);
  const finishReasons = truncated ? ['error'] : expected.finish_reasons;
  expect(span.attributes[GEN_AI.responseFinishReasons] ?? []).toEqual(finishReasons);
}

function expectFailure(span: ReadableSpan, { expected, response }: Exchange, failure: unknown): void {
  expect(failure).toBeInstanceOf(Error);
  expect(span.attributes).toMatchObject({ [COSTSPAN.outcome]: 'error', [COSTSPAN.usageStatus]: 'unavailable' });
  expect([expected.error?.code, expected.error?.type, String(response.status)]).toContain(
    span.attributes[OTEL.errorType],
  );
  expect(countsOf(span)).toEqual({});
}

/** The counts that recordings speak of, by meter. */
function countsOf(span: ReadableSpan): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(METER_ATTRIBUTES)
      .map(([meter, attribute]) => [meter, span.attributes[attribute]])
      .filter(([, count]) => count !== undefined),
  );
}
