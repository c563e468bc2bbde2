import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Parcel, ParcelQueue } from './parcel-queue.ts';

export function parcel(n: number, bytes = 10): Parcel {
  return {
    body: Buffer.alloc(bytes, `${n} `),
    format: n % 2 === 0 ? 'protobuf' : 'json',
    spanCount: (n % 5) + 1,
  };
}

/** Promises that every queue keeps. `open` makes an empty one that has room for `bytesMax`. */
export function parcelQueueContract(name: string, open: (bytesMax: number) => Promise<ParcelQueue>): void {
  const opened: ParcelQueue[] = [];
  afterEach(async () => {
    for (const queue of opened.splice(0)) await queue.close();
  });
  const openQueue = async (bytesMax: number): Promise<ParcelQueue> => {
    const queue = await open(bytesMax);
    opened.push(queue);
    return queue;
  };

  describe(name, () => {
    test('what comes in goes out whole, in its order', async () => {
      const queue = await openQueue(1_000_000);
      const sent = Array.from({ length: 50 }, (_, n) => parcel(n, n * 7));
      await Promise.all(sent.map((each) => queue.push(each)));
      const got: Parcel[] = [];
      for (;;) {
        const some = await queue.oldest(500);
        if (some.length === 0) break;
        got.push(...some);
        queue.done(some.length);
      }
      expect(got).toEqual(sent);
    });

    test('the oldest come at least one at a time, and otherwise within the bytes asked for', async () => {
      const queue = await openQueue(1_000_000);
      for (const bytes of [100, 100, 100, 900, 1]) await queue.push(parcel(0, bytes));
      const lengths = async (bytesMax: number) => (await queue.oldest(bytesMax)).map(({ body }) => body.length);
      expect(await lengths(250)).toEqual([100, 100]);
      expect(await lengths(1)).toEqual([100]);
      queue.done(1);
      expect(await lengths(200)).toEqual([100, 100]);
      queue.done(2);
      expect(await lengths(200)).toEqual([900]);
      queue.done(1);
      expect(await lengths(200)).toEqual([1]);
    });

    test('what is asked for and not done is asked for again', async () => {
      const queue = await openQueue(1_000_000);
      for (let n = 0; n < 3; n += 1) await queue.push(parcel(n));
      await queue.oldest(1000);
      queue.done(1);
      expect(await queue.oldest(1000)).toEqual([parcel(1), parcel(2)]);
      expect(await queue.oldest(1000)).toEqual([parcel(1), parcel(2)]);
    });

    test('an empty body is a parcel', async () => {
      const queue = await openQueue(1000);
      await queue.push(parcel(4, 0));
      expect(await queue.oldest(1)).toEqual([parcel(4, 0)]);
    });

    test('a parcel larger than all its room is refused', async () => {
      const queue = await openQueue(1000);
      await expect(queue.push(parcel(1, 1001))).rejects.toThrow(/1000/);
      expect(await queue.oldest(1)).toEqual([]);
    });

    test('however pushes and readings mix, every parcel comes out once and in order', async () => {
      const steps = fc.array(fc.oneof(fc.constant('push'), fc.record({ ask: fc.nat(300), done: fc.nat(5) })), {
        maxLength: 80,
      });
      await fc.assert(
        fc.asyncProperty(steps, async (script) => {
          const queue = await open(1_000_000);
          let pushed = 0;
          const got: Parcel[] = [];
          for (const step of script) {
            if (step === 'push') {
              await queue.push(parcel(pushed, (pushed * 31) % 90));
              pushed += 1;
            } else if (typeof step === 'object') {
              const some = await queue.oldest(step.ask);
              const count = Math.min(step.done, some.length);
              got.push(...some.slice(0, count));
              queue.done(count);
            }
          }
          got.push(...(await queue.oldest(1_000_000)));
          await queue.close();
          expect(got).toEqual(Array.from({ length: pushed }, (_, n) => parcel(n, (n * 31) % 90)));
        }),
        { numRuns: 40 },
      );
    });
  });
}
