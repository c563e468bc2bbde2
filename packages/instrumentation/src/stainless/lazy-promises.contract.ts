import { COSTSPAN } from '@costspan/usage';
import { describe, expect, test } from 'vitest';
import type { LazyDialect } from '../testing/dialects/stainless.ts';
import { all, expectEnding, partialUsage, theSpan, usageOf, type World } from '../testing/one-span.contract.ts';

/** What the promises and streams of these SDKs can do beyond being awaited and read, they do with us too. */
export function lazyPromisesContract(dialect: LazyDialect, world: () => World): void {
  const complete = { body: dialect.events };
  const partial = dialect.events.slice(0, dialect.partial);

  describe(`${dialect.name}, as lazy promises`, () => {
    test('awaiting twice, and taking the response beside the data, stays one call', async () => {
      const { server } = world();
      server.answerWith({ body: JSON.stringify(dialect.body) });
      const promise = dialect.open(server.url).whole();
      const { data, response } = await promise.withResponse();
      expect(data).toBe(await promise);
      expect(await promise).toBe(await promise);
      expect(response).toBeInstanceOf(Response);
      await expectEnding(world(), dialect, 'ok');
    });

    test('a stream taken with its response is observed', async () => {
      const { server } = world();
      server.answerWith(complete);
      const { data } = await dialect.open(server.url).streamed().withResponse();
      await all(data);
      await expectEnding(world(), dialect, 'ok');
    });

    test.each(['json', 'text', 'bytes', 'arrayBuffer', 'clone'] as const)(
      'a raw response read by %s tells its usage',
      async (how) => {
        const { server } = world();
        server.answerWith({ body: JSON.stringify(dialect.body) });
        const response = await dialect.open(server.url).whole().asResponse();
        if (how === 'clone') expect(await response.clone().json()).toEqual(dialect.body);
        else await response[how]();
        await expectEnding(world(), dialect, 'ok');
      },
    );

    test('looking at the body of a raw response is no reading', async () => {
      const { server } = world();
      server.answerWith({ body: JSON.stringify(dialect.body) });
      const response = await dialect.open(server.url).whole().asResponse();
      expect(response.body?.locked).toBe(false);
      await response.json();
      await expectEnding(world(), dialect, 'ok');
    });

    test('a raw streamed response read as text tells its usage', async () => {
      const { server } = world();
      server.answerWith(complete);
      const response = await dialect.open(server.url).streamed().asResponse();
      expect(await response.text()).toBe(dialect.events.join(''));
      await expectEnding(world(), dialect, 'ok');
    });

    test('a raw response read in a way we cannot see has no usage, and stays readable', async () => {
      const { server } = world();
      server.answerWith({ body: JSON.stringify(dialect.body) });
      const response = await dialect.open(server.url).whole().asResponse();
      expect(await new Response(response.body).json()).toEqual(dialect.body);
      const span = await theSpan(world());
      expect(span.attributes).toMatchObject({ [COSTSPAN.outcome]: 'ok', [COSTSPAN.usageStatus]: 'unavailable' });
      expect(usageOf(span)).toEqual({});
    });

    test('throwing into the iterator ends the call', async () => {
      const { server } = world();
      server.answerWith({ body: partial, ending: 'hang' });
      const stream = await dialect.open(server.url).streamed();
      const iterator = stream[Symbol.asyncIterator]() as AsyncGenerator<unknown>;
      await iterator.next();
      const mine = new Error('mine');
      await expect(iterator.throw(mine)).rejects.toBe(mine);
      await expectEnding(world(), dialect, 'cancelled');
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
      await expectEnding(world(), dialect, 'cancelled', partialUsage(dialect));
    });

    test('a promise that nobody takes up is given up after a while', async () => {
      const { server, telemetry } = world();
      server.answerWith({ body: JSON.stringify(dialect.body) });
      telemetry.instrumentation.setConfig({ streamIdleTimeoutMs: 20 });
      const forgotten = dialect.open(server.url).whole();
      await expectEnding(world(), dialect, 'abandoned');
      expect(await forgotten).toMatchObject(dialect.body);
    });

    test('both branches of a tee see everything, and it is one call', async () => {
      const { server } = world();
      server.answerWith(complete);
      const [left, right] = (await dialect.open(server.url).streamed()).tee();
      const [a, b] = await Promise.all([all(left), all(right)]);
      expect(a).toEqual(b);
      await expectEnding(world(), dialect, 'ok');
    });

    test('a stream handed on as a readable stream is observed', async () => {
      const { server } = world();
      server.answerWith(complete);
      const text = await new Response((await dialect.open(server.url).streamed()).toReadableStream()).text();
      expect(text.trim().split('\n').length).toBeGreaterThan(dialect.partial);
      await expectEnding(world(), dialect, 'ok');
    });
  });
}
