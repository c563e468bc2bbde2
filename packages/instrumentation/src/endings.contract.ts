import { COSTSPAN, GEN_AI, OTEL } from '@costspan/usage';
import { SpanKind } from '@opentelemetry/api';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { collectGarbage } from './testing/collect-garbage.ts';
import type { Ability, CallOptions, ClientOptions, Dialect, DialectClient } from './testing/dialect.ts';
import {
  all,
  deepFreeze,
  eventually,
  expectEnding,
  partialUsage,
  usageOf,
  type World,
} from './testing/one-span.contract.ts';
import type { Answer } from './testing/provider-server.ts';

/** However a call ends, it leaves exactly one ended span that tells how, and the application sees what it always saw. */
export function endingsContract(dialect: Dialect, world: () => World): void {
  const has = (what: Ability | 'whole-reason') => dialect.lacks?.includes(what) !== true;
  const model = dialect.model ?? ('model' in dialect.params ? String(dialect.params.model) : '');
  const type = dialect.streamType === undefined ? {} : { headers: { 'content-type': dialect.streamType } };
  const whole: Answer = { body: JSON.stringify(dialect.body) };
  const streamed: Answer = { ...type, body: dialect.events };
  const bare: Answer = { ...type, body: dialect.bareEvents };
  const partial = dialect.events.slice(0, dialect.partial);
  const failed = (status: number): Answer => ({
    status,
    headers: { 'retry-after-ms': '1', ...dialect.errorHeaders },
    body: JSON.stringify(dialect.errorBody),
  });
  const open = (options?: ClientOptions) => dialect.open(world().server.url, options);
  const ended = (outcome: string, attributes?: object) => expectEnding(world(), dialect, outcome, attributes);
  /** The same call with and without us. */
  const without = async <T>(call: () => Promise<T>): Promise<T> => {
    const { instrumentation } = world().telemetry;
    instrumentation.disable();
    try {
      return await call();
    } finally {
      instrumentation.enable();
    }
  };
  /** Whole and streamed calls fail alike before the answer begins. */
  const ways: readonly [way: string, make: (client: DialectClient, call?: CallOptions) => PromiseLike<unknown>][] = [
    ['whole', (client, call) => client.whole(call)],
    ['streamed', (client, call) => client.streamed(call)],
  ];

  describe(dialect.name, () => {
    test('a whole answer gives one span with what the provider reported, and is what it is without us', async () => {
      const { server } = world();
      server.answerWith(whole);
      const seen = await open().whole();
      const span = await ended('ok', {
        ...(!has('whole-reason') ? {} : { [GEN_AI.responseFinishReasons]: [dialect.finishReason] }),
        [COSTSPAN.usageStatus]: 'reported',
        [OTEL.serverAddress]: '127.0.0.1',
        [OTEL.serverPort]: Number(new URL(server.url).port),
      });
      expect(span.kind).toBe(SpanKind.CLIENT);
      expect(span.name).toBe(`${String(span.attributes[GEN_AI.operationName])} ${model}`);
      expect(span.instrumentationScope).toMatchObject({ name: '@costspan/instrumentation' });
      expect(GEN_AI.responseTimeToFirstChunk in span.attributes).toBe(false);
      expect(COSTSPAN.attempts in span.attributes).toBe(false);
      expect(plain(seen)).toEqual(plain(await without(async () => open().whole())));
    });

    test('a stream read to its end gives the same, and the application sees the same parts as without us', async () => {
      const { server } = world();
      server.answerWith(streamed);
      const seen = await all(await open().streamed());
      const span = await ended('ok', { [GEN_AI.responseFinishReasons]: [dialect.finishReason] });
      expect(span.attributes[GEN_AI.responseTimeToFirstChunk]).toBeGreaterThan(0);
      server.answerWith(bare);
      expect(plain(seen)).toEqual(plain(await without(async () => all(await open().streamed()))));
    });

    test.each(ways)('an HTTP error to a %s call reaches the application as the SDK made it', async (_way, make) => {
      const { server } = world();
      server.answerWith(failed(404));
      const promise = Promise.resolve(make(open()));
      const first = await promise.catch((error: unknown) => error);
      expect(await promise.catch((error: unknown) => error)).toBe(first);
      await ended('error', {
        [OTEL.errorType]: dialect.errorType ?? errorCode(dialect.errorBody),
        [COSTSPAN.usageStatus]: 'unavailable',
      });
      const alone = await without(async () => Promise.resolve(make(open())).catch((error: unknown) => error));
      expect((first as Error).constructor).toBe((alone as Error).constructor);
      expect((first as Error).message).toBe((alone as Error).message);
    });

    test.runIf(has('retries'))('retries are one call', async () => {
      onTestFinished(withoutPauses());
      const { server } = world();
      server.answerWith(failed(503), failed(503), whole);
      await open({ maxRetries: 2 }).whole();
      const span = await ended('ok', has('attempts') ? { [COSTSPAN.attempts]: 3 } : {});
      const failedAttempts = span.events.map(({ name, attributes }) => [name, attributes?.[COSTSPAN.attempts]]);
      expect(failedAttempts).toEqual(
        has('attempts')
          ? [
              ['costspan.attempt_failed', 1],
              ['costspan.attempt_failed', 2],
            ]
          : [],
      );
      expect(server.requests.length).toBe(3);
    });

    test.runIf(has('retries'))('retries that run out are one failed call', async () => {
      onTestFinished(withoutPauses());
      world().server.answerWith({ ...failed(503), body: '{}' });
      await expect(Promise.resolve(open({ maxRetries: 1 }).streamed())).rejects.toThrow();
      await ended('error', has('attempts') ? { [COSTSPAN.attempts]: 2 } : {});
    });

    test.each(ways)('a connection that cannot be made fails a %s call', async (_way, make) => {
      await expect(Promise.resolve(make(dialect.open('http://127.0.0.1:1')))).rejects.toThrow();
      await ended('error', { [COSTSPAN.usageStatus]: 'unavailable' });
    });

    test.runIf(has('timeout'))('a provider that does not answer in time is an error', async () => {
      world().server.answerWith({ starts: false });
      await expect(Promise.resolve(open({ timeout: 50 }).whole())).rejects.toThrow();
      await ended('error');
    });

    test.runIf(has('signal')).each(ways)(
      "an abort of a %s call before its answer is the application's choice, not an error",
      async (_way, make) => {
        const { server } = world();
        server.answerWith({ starts: false });
        const controller = new AbortController();
        const promise = Promise.resolve(make(open(), { signal: controller.signal }));
        void eventually(() => expect(server.requests.length).toBeGreaterThan(0)).then(() => controller.abort());
        await expect(promise).rejects.toThrow();
        await ended('cancelled');
      },
    );

    test('an early break ends the call, and stops the provider', async () => {
      const { server } = world();
      server.answerWith({ ...type, body: partial, ending: 'hang' });
      let read = 0;
      for await (const _chunk of await open().streamed()) {
        read += 1;
        if (read === dialect.partial) break;
      }
      await ended('cancelled', partialUsage(dialect));
      if (has('early-stop')) await eventually(() => expect(server.hungUp()).toBe(1));
    });

    test('a consumer that throws ends the call', async () => {
      world().server.answerWith({ ...type, body: partial, ending: 'hang' });
      const failing = async () => {
        for await (const _chunk of await open().streamed()) throw new Error('mine');
      };
      await expect(failing()).rejects.toThrow('mine');
      await ended('cancelled');
    });

    test('a connection that breaks in the middle is a truncated call', async () => {
      world().server.answerWith({ ...type, body: partial, ending: 'cut' });
      await expect(open().streamed().then(all)).rejects.toThrow();
      await ended('truncated', partialUsage(dialect));
    });

    test('a stream that ends in good order but too early is a truncated call, whether or not the SDK says so', async () => {
      world().server.answerWith({ ...type, body: partial });
      await Promise.resolve(open().streamed().then(all)).catch(() => undefined);
      await ended('truncated', { ...partialUsage(dialect), [GEN_AI.responseFinishReasons]: ['error'] });
    });

    const { errorEvent } = dialect;
    if (errorEvent !== undefined) {
      test('an error in the stream is an error of the provider', async () => {
        world().server.answerWith({ ...type, body: [...partial, errorEvent] });
        await Promise.resolve(open().streamed().then(all)).catch(() => undefined);
        await ended('error', {
          ...partialUsage(dialect),
          [OTEL.errorType]: dialect.streamErrorType ?? errorCode(dialect.errorBody),
        });
      });
    }

    test.runIf(has('signal'))('an abort by signal in the middle is a cancelled call', async () => {
      world().server.answerWith({ ...type, body: partial, ending: 'hang' });
      const controller = new AbortController();
      const stream = await open().streamed({ signal: controller.signal });
      let read = 0;
      const reading = async () => {
        for await (const _chunk of stream) {
          read += 1;
          if (read === dialect.partial) controller.abort();
        }
      };
      await reading().catch(() => undefined);
      await ended('cancelled', partialUsage(dialect));
    });

    test('a stream that nobody reads is given up after a while', async () => {
      const { telemetry, server } = world();
      server.answerWith({ ...streamed, ending: 'hang' });
      telemetry.instrumentation.setConfig({ streamIdleTimeoutMs: 20 });
      const stream = await open().streamed();
      const span = await ended('abandoned', { [COSTSPAN.usageStatus]: 'unavailable' });
      expect(usageOf(span)).toEqual({});
      expect(stream).toBeDefined();
    });

    test('parameters are never changed', async () => {
      const { server } = world();
      const before = JSON.stringify(dialect.params);
      deepFreeze(dialect.params);
      server.answerWith(streamed);
      await all(await open().streamed());
      server.answerWith(whole);
      await open().whole();
      expect(JSON.stringify(dialect.params)).toBe(before);
    });
  });
}

/** All at once: collecting garbage is what takes the time. */
export function forgottenStreamsContract(dialects: readonly Dialect[], world: () => World): void {
  test('streams that are left half-read and forgotten are given up when they are gone', async () => {
    const { server, telemetry } = world();
    const readOne = async (dialect: Dialect) => {
      const type = dialect.streamType === undefined ? {} : { headers: { 'content-type': dialect.streamType } };
      server.answerWith({ ...type, body: dialect.events.slice(0, dialect.partial), ending: 'hang' });
      await (await dialect.open(server.url).streamed())[Symbol.asyncIterator]().next();
    };
    for (const dialect of dialects) await readOne(dialect);
    await eventually(() => {
      collectGarbage();
      expect(telemetry.spans()).toHaveLength(dialects.length);
    });
    const outcomes = telemetry.spans().map(({ attributes }) => attributes[COSTSPAN.outcome]);
    expect(outcomes).toEqual(dialects.map(() => 'abandoned'));
  });
}

/** The waits of an SDK between its attempts, which nobody can configure, take no time. Its time limits stay. */
function withoutPauses(): () => void {
  const { setTimeout: real } = globalThis;
  const paused = (run: () => void, ms = 0, ...rest: never[]) =>
    real(run, ms >= 100 && ms <= PAUSE_MAX_MS ? 1 : ms, ...rest);
  const spy = vi.spyOn(globalThis, 'setTimeout').mockImplementation(paused as unknown as typeof setTimeout);
  return () => spy.mockRestore();
}

const PAUSE_MAX_MS = 20_000;

/** What the application can see of a value, without what differs between two requests. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) =>
      key === 'sdkHttpResponse' || key === '$metadata' ? undefined : inner,
    ),
  );
}

function errorCode(body: object): unknown {
  const { error } = body as { readonly error: { readonly code?: string; readonly type: string } };
  return error.code ?? error.type;
}
