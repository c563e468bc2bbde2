import { fileURLToPath } from 'node:url';
import { COSTSPAN, GEN_AI, METER_ATTRIBUTES, OTEL } from '@costspan/usage';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { advisorModels, answerOf, billedUsage, type Exchange, readExchanges } from './testing/exchange.ts';
import { type ProviderServer, startProviderServer } from './testing/provider-server.ts';
import { loadCopies } from './testing/sdk-copies.ts';
import { startTelemetry } from './testing/telemetry.ts';

const telemetry = startTelemetry();
const { openai: openaiSdk, anthropic: anthropicSdk } = loadCopies().esm;
let server: ProviderServer;

beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(async () => {
  await server.close();
  await telemetry.stop();
});
beforeEach(() => telemetry.clear());
// The SDKs say on the console that a recorded model is near its end of life.
vi.spyOn(console, 'warn').mockImplementation(() => {});

const RECORDED = fileURLToPath(new URL('../../../../shared/fixtures/provider-exchanges/', import.meta.url));
const OWN = fileURLToPath(new URL('./testing/exchanges/', import.meta.url));

/** How to make an exchange's request through the SDK. What is missing here is not instrumented and skipped by name. */
const APIS: Readonly<Record<string, (exchange: Exchange) => PromiseLike<unknown>>> = {
  'openai/chat': ({ request }) => openai().chat.completions.create(request.body as never),
  'openai/completions': ({ request }) => openai().completions.create(request.body as never),
  'openai/responses': ({ request }) => openai().responses.create(request.body as never),
  'openai/embeddings': ({ request }) => openai().embeddings.create(request.body as never),
  'azure.openai/chat': ({ request }) => azure().chat.completions.create(request.body as never),
  'azure.openai/responses': ({ request }) => azure().responses.create(request.body as never),
  'anthropic/messages': ({ request }) =>
    request.path.includes('beta=true')
      ? anthropic().beta.messages.create(request.body as never, { timeout: 10_000 })
      : anthropic().messages.create(request.body as never, { timeout: 10_000 }),
};

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

const recorded = ['openai', 'azure.openai', 'anthropic'].flatMap((provider) => readExchanges(RECORDED + provider));
if (recorded.length > 0) replay('recorded exchanges', recorded);
else test.skip('recorded exchanges: ../shared/fixtures/provider-exchanges is not beside this repository', () => {});

function replay(title: string, exchanges: readonly Exchange[]): void {
  const isCovered = ({ provider, api }: Exchange) => APIS[`${provider}/${api}`] !== undefined;
  describe(title, () => {
    test.each(exchanges.filter(isCovered))(
      '$id gives one billable span with what the provider billed',
      async (exchange) => {
        server.answerWith(answerOf(exchange));
        const failure = await make(exchange);
        const spans = telemetry.spans().filter((span) => span.attributes[COSTSPAN.billable] === true);
        const parts = advisorModels(exchange.expected);
        expect(spans).toHaveLength(1 + parts.length);
        expect(spans.slice(0, -1).map((span) => span.attributes[GEN_AI.requestModel])).toEqual(parts);
        const call = spans.at(-1) as ReadableSpan;
        if (exchange.response.status >= 400) expectFailure(call, exchange, failure);
        else expectAnswer(call, exchange);
      },
    );
    for (const { id, api } of exchanges.filter((exchange) => !isCovered(exchange))) {
      test.skip(`${id}: the ${api} API is not instrumented`, () => {});
    }
  });
}

/** Makes the request and reads the answer to its end. @returns what the application got thrown. */
async function make(exchange: Exchange): Promise<unknown> {
  try {
    const answer = await APIS[`${exchange.provider}/${exchange.api}`]?.(exchange);
    if (exchange.stream) for await (const _event of answer as AsyncIterable<unknown>);
    return undefined;
  } catch (error) {
    return error;
  }
}

function expectAnswer(span: ReadableSpan, { expected, response }: Exchange): void {
  const usage = billedUsage(expected);
  expect(countsOf(span)).toEqual(usage);
  const truncated = response.aborted === true;
  expect(span.attributes).toMatchObject({
    [COSTSPAN.outcome]: truncated ? 'truncated' : 'ok',
    [COSTSPAN.usageStatus]: Object.keys(usage).length > 0 ? 'reported' : 'unavailable',
  });
  expect(span.attributes[GEN_AI.responseModel]).toBe(expected.response_model ?? undefined);
  expect(span.attributes[GEN_AI.responseId]).toBe(expected.response_id ?? undefined);
  const finishReasons = truncated ? ['error'] : expected.finish_reasons;
  expect(span.attributes[GEN_AI.responseFinishReasons] ?? []).toEqual(finishReasons);
}

function expectFailure(span: ReadableSpan, { expected, response }: Exchange, failure: unknown): void {
  expect(failure).toMatchObject({ status: response.status });
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
