import { COSTSPAN, GEN_AI, OTEL } from '@costspan/usage';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { describe, expect, test, vi } from 'vitest';
import { collectGarbage } from '../testing/collect-garbage.ts';
import type { Dialect, SdkStreamLike } from '../testing/dialects.ts';
import type { ProviderServer } from '../testing/provider-server.ts';
import type { Telemetry } from '../testing/telemetry.ts';

export interface World {
  readonly telemetry: Telemetry;
  readonly server: ProviderServer;
}

/** However a call ends, it leaves exactly one ended span that tells how, and the application sees what it always saw. */
export function endingsContract(dialect: Dialect, world: () => World): void {
  const complete = { body: dialect.events };
  const partial = dialect.events.slice(0, dialect.partial);

  async function theSpan(): Promise<ReadableSpan> {
    const { telemetry } = world();
    await vi.waitFor(() => expect(telemetry.spans().length).toBeGreaterThan(0));
    expect(telemetry.spans()).toHaveLength(1);
    return telemetry.spans()[0]!;
  }

  async function expectEnding(outcome: string, attributes: object = {}): Promise<ReadableSpan> {
    const span = await theSpan();
    const isError = outcome === 'error' || outcome === 'truncated';
    expect(span.attributes).toMatchObject({ [COSTSPAN.outcome]: outcome, [COSTSPAN.billable]: true, ...attributes });
    expect(span.status.code).toBe(isError ? SpanStatusCode.ERROR : SpanStatusCode.UNSET);
    expect(OTEL.errorType in span.attributes).toBe(isError);
    if (outcome === 'ok') expect(usageOf(span)).toEqual(dialect.usage);
    return span;
  }

  const partialUsage = () => ({
    ...dialect.partialUsage,
    [COSTSPAN.usageStatus]: Object.keys(dialect.partialUsage).length > 0 ? 'reported' : 'unavailable',
  });

  describe(dialect.name, () => {
    test('a whole answer gives one span with what the provider reported', async () => {
      const { server } = world();
      server.answerWith({ body: JSON.stringify(dialect.body) });
      expect(await dialect.open(server.url).whole()).toMatchObject(dialect.body);
      const span = await expectEnding('ok', {
        [GEN_AI.responseFinishReasons]: [dialect.finishReason],
        [COSTSPAN.usageStatus]: 'reported',
        [OTEL.serverAddress]: '127.0.0.1',
        [OTEL.serverPort]: Number(new URL(server.url).port),
      });
      expect(span.kind).toBe(SpanKind.CLIENT);
      expect(span.name).toBe(`${String(span.attributes[GEN_AI.operationName])} ${modelOf(dialect.params)}`);
      expect(span.instrumentationScope).toMatchObject({ name: '@costspan/instrumentation' });
      expect(GEN_AI.responseTimeToFirstChunk in span.attributes).toBe(false);
      expect(COSTSPAN.attempts in span.attributes).toBe(false);
    });

    test('a stream read to its end gives the same, and the application sees the same events as without us', async () => {
      const { server, telemetry } = world();
      server.answerWith(complete);
      const seen = await all(await dialect.open(server.url).streamed());
      const span = await expectEnding('ok', { [GEN_AI.responseFinishReasons]: [dialect.finishReason] });
      expect(span.attributes[GEN_AI.responseTimeToFirstChunk]).toBeGreaterThan(0);

      telemetry.instrumentation.disable();
      server.answerWith({ body: dialect.bareEvents });
      const bare = await all(await dialect.open(server.url).streamed());
      telemetry.instrumentation.enable();
      expect(seen).toEqual(bare);
    });

    test('awaiting twice, and taking the response beside the data, stays one call', async () => {
      const { server } = world();
      server.answerWith({ body: JSON.stringify(dialect.body) });
      const promise = dialect.open(server.url).whole();
      const { data, response } = await promise.withResponse();
      expect(data).toBe(await promise);
      expect(await promise).toBe(await promise);
      expect(response).toBeInstanceOf(Response);
      await expectEnding('ok');
    });

    test('a stream taken with its response is observed', async () => {
      const { server } = world();
      server.answerWith(complete);
      const { data } = await dialect.open(server.url).streamed().withResponse();
      await all(data);
      await expectEnding('ok');
    });

    test.each(['json', 'text', 'bytes', 'arrayBuffer', 'clone'] as const)(
      'a raw response read by %s tells its usage',
      async (how) => {
        const { server } = world();
        server.answerWith({ body: JSON.stringify(dialect.body) });
        const response = await dialect.open(server.url).whole().asResponse();
        if (how === 'clone') expect(await response.clone().json()).toEqual(dialect.body);
        else await response[how]();
        await expectEnding('ok');
      },
    );

    test('looking at the body of a raw response is no reading', async () => {
      const { server } = world();
      server.answerWith({ body: JSON.stringify(dialect.body) });
      const response = await dialect.open(server.url).whole().asResponse();
      expect(response.body?.locked).toBe(false);
      await response.json();
      await expectEnding('ok');
    });

    test('a raw streamed response read as text tells its usage', async () => {
      const { server } = world();
      server.answerWith(complete);
      const response = await dialect.open(server.url).streamed().asResponse();
      expect(await response.text()).toBe(dialect.events.join(''));
      await expectEnding('ok');
    });

    test('a raw response read in a way we cannot see has no usage, and stays readable', async () => {
      const { server } = world();
      server.answerWith({ body: JSON.stringify(dialect.body) });
      const response = await dialect.open(server.url).whole().asResponse();
      expect(await new Response(response.body).json()).toEqual(dialect.body);
      const span = await theSpan();
      expect(span.attributes).toMatchObject({ [COSTSPAN.outcome]: 'ok', [COSTSPAN.usageStatus]: 'unavailable' });
      expect(usageOf(span)).toEqual({});
    });

    test('an HTTP error reaches the application as the SDK made it', async () => {
      const { server } = world();
      server.answerWith({ status: 404, body: JSON.stringify(dialect.errorBody) });
      const promise = dialect.open(server.url).whole();
      const first = await promise.catch((error: unknown) => error);
      const second = await promise.catch((error: unknown) => error);
      expect(first).toBe(second);
      expect(first).toMatchObject({ status: 404 });
      await expectEnding('error', {
        [OTEL.errorType]: errorCode(dialect.errorBody),
        [COSTSPAN.usageStatus]: 'unavailable',
      });
    });

    test('retries are one call that counts its attempts', async () => {
      const { server } = world();
      const busy = { status: 500, headers: { 'retry-after-ms': '1' }, body: '{}' };
      server.answerWith(busy, busy, { body: JSON.stringify(dialect.body) });
      await dialect.open(server.url, { maxRetries: 2 }).whole();
      await expectEnding('ok', { [COSTSPAN.attempts]: 3 });
    });

    test('retries that run out are one failed call', async () => {
      const { server } = world();
      server.answerWith({ status: 503, headers: { 'retry-after-ms': '1' }, body: '{}' });
      await expect(dialect.open(server.url, { maxRetries: 1 }).streamed()).rejects.toMatchObject({ status: 503 });
      await expectEnding('error', { [COSTSPAN.attempts]: 2, [OTEL.errorType]: '503' });
    });

    test('a connection that cannot be made is an error', async () => {
      await expect(dialect.open('http://127.0.0.1:1').whole()).rejects.toThrow(/[Cc]onnection/);
      await expectEnding('error', { [OTEL.errorType]: 'APIConnectionError' });
    });

    test('a provider that does not answer in time is an error', async () => {
      const { server } = world();
      server.answerWith({ starts: false });
      await expect(dialect.open(server.url, { timeout: 50 }).whole()).rejects.toThrow(/timed out/);
      await expectEnding('error', { [OTEL.errorType]: 'APIConnectionTimeoutError' });
    });

    test("an abort before the answer is the application's choice, not an error", async () => {
      const { server } = world();
      server.answerWith({ starts: false });
      const controller = new AbortController();
      const promise = dialect.open(server.url).whole({ signal: controller.signal });
      void vi.waitFor(() => expect(server.requests.length).toBeGreaterThan(0)).then(() => controller.abort());
      await expect(promise).rejects.toThrow(/abort/i);
      await expectEnding('cancelled');
    });

    test('an early break ends the call, and stops the provider', async () => {
      const { server } = world();
      server.answerWith({ body: partial, ending: 'hang' });
      let read = 0;
      for await (const _chunk of await dialect.open(server.url).streamed()) {
        read += 1;
        if (read === dialect.partial) break;
      }
      await expectEnding('cancelled', partialUsage());
      await vi.waitFor(() => expect(server.hungUp()).toBe(1));
    });

    test('a consumer that throws ends the call', async () => {
      const { server } = world();
      server.answerWith({ body: partial, ending: 'hang' });
      const failing = async () => {
        for await (const _chunk of await dialect.open(server.url).streamed()) throw new Error('mine');
      };
      await expect(failing()).rejects.toThrow('mine');
      await expectEnding('cancelled');
    });

    test('throwing into the iterator ends the call', async () => {
      const { server } = world();
      server.answerWith({ body: partial, ending: 'hang' });
      const stream = await dialect.open(server.url).streamed();
      const iterator = stream[Symbol.asyncIterator]() as AsyncGenerator<unknown>;
      await iterator.next();
      const mine = new Error('mine');
      await expect(iterator.throw(mine)).rejects.toBe(mine);
      await expectEnding('cancelled');
    });

    test('a connection that breaks in the middle is a truncated call', async () => {
      const { server } = world();
      server.answerWith({ body: partial, ending: 'cut' });
      await expect(all(await dialect.open(server.url).streamed())).rejects.toThrow();
      await expectEnding('truncated', partialUsage());
    });

    test('a stream that ends in good order but too early is a truncated call, though the application sees no error', async () => {
      const { server } = world();
      server.answerWith({ body: partial });
      await all(await dialect.open(server.url).streamed());
      await expectEnding('truncated', {
        ...partialUsage(),
        [OTEL.errorType]: 'stream_truncated',
        [GEN_AI.responseFinishReasons]: ['error'],
      });
    });

    test('an error event in the stream is an error of the provider', async () => {
      const { server } = world();
      server.answerWith({ body: [...partial, dialect.errorEvent] });
      await expect(all(await dialect.open(server.url).streamed())).rejects.toThrow();
      await expectEnding('error', { ...partialUsage(), [OTEL.errorType]: errorCode(dialect.errorBody) });
    });

    test.each(['signal', 'controller'] as const)('an abort by %s in the middle is a cancelled call', async (how) => {
      const { server } = world();
      server.answerWith({ body: partial, ending: 'hang' });
      const controller = new AbortController();
      const stream = await dialect.open(server.url).streamed({ signal: controller.signal });
      let read = 0;
      const reading = async () => {
        for await (const _chunk of stream) {
          read += 1;
          if (read === dialect.partial) (how === 'signal' ? controller : stream.controller).abort();
        }
      };
      await reading().catch(() => undefined);
      await expectEnding('cancelled', partialUsage());
    });

    test('a stream that nobody reads is given up after a while', async () => {
      const { server, telemetry } = world();
      server.answerWith(complete);
      telemetry.instrumentation.setConfig({ streamIdleTimeoutMs: 20 });
      const stream = await dialect.open(server.url).streamed();
      await expectEnding('abandoned', { [COSTSPAN.usageStatus]: 'unavailable' });
      stream.controller.abort();
    });

    test('a stream that is left half-read and forgotten is given up when it is gone', async () => {
      const { server } = world();
      server.answerWith({ body: partial, ending: 'hang' });
      await readOne(await dialect.open(server.url).streamed());
      await vi.waitFor(() => {
        collectGarbage();
        expect(world().telemetry.spans()).toHaveLength(1);
      });
      await expectEnding('abandoned');
    });

    test('a promise that nobody takes up is given up after a while', async () => {
      const { server, telemetry } = world();
      server.answerWith({ body: JSON.stringify(dialect.body) });
      telemetry.instrumentation.setConfig({ streamIdleTimeoutMs: 20 });
      const forgotten = dialect.open(server.url).whole();
      await expectEnding('abandoned');
      expect(await forgotten).toMatchObject(dialect.body);
    });

    test('both branches of a tee see everything, and it is one call', async () => {
      const { server } = world();
      server.answerWith(complete);
      const [left, right] = (await dialect.open(server.url).streamed()).tee();
      const [a, b] = await Promise.all([all(left), all(right)]);
      expect(a).toEqual(b);
      await expectEnding('ok');
    });

    test('a stream handed on as a readable stream is observed', async () => {
      const { server } = world();
      server.answerWith(complete);
      const text = await new Response((await dialect.open(server.url).streamed()).toReadableStream()).text();
      expect(text.trim().split('\n').length).toBeGreaterThan(dialect.partial);
      await expectEnding('ok');
    });

    test('parameters are never changed', async () => {
      const { server } = world();
      const before = JSON.stringify(dialect.params);
      deepFreeze(dialect.params);
      server.answerWith(complete);
      await all(await dialect.open(server.url).streamed());
      server.answerWith({ body: JSON.stringify(dialect.body) });
      await dialect.open(server.url).whole();
      expect(JSON.stringify(dialect.params)).toBe(before);
    });
  });
}

async function all(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

/** Reads one chunk in a frame that leaves nothing behind. */
async function readOne(stream: SdkStreamLike): Promise<void> {
  await stream[Symbol.asyncIterator]().next();
}

/** Every count on the span. */
function usageOf(span: ReadableSpan): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(span.attributes).filter(
      ([key]) => key.startsWith('gen_ai.usage.') || key.startsWith('costspan.meter.'),
    ),
  );
}

function modelOf(params: object): string {
  return 'model' in params ? String(params.model) : '';
}

function errorCode(body: object): unknown {
  const { error } = body as { readonly error: { readonly code?: string; readonly type: string } };
  return error.code ?? error.type;
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
}
