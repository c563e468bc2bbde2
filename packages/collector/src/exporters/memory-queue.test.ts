import { expect, test } from 'vitest';
import { MemoryQueue } from './memory-queue.ts';
import { parcel, parcelQueueContract } from './parcel-queue.contract.ts';

parcelQueueContract('memory', async (bytesMax) => new MemoryQueue(bytesMax));

test('what does not fit is refused, what waits stays, and what is left at the end is told', async () => {
  const queue = new MemoryQueue(25);
  await queue.push(parcel(1));
  await queue.push(parcel(2));
  await expect(queue.push(parcel(3))).rejects.toThrow(/25 bytes is full/);
  await queue.oldest(1);
  queue.done(1);
  await queue.push(parcel(4));
  expect(await queue.oldest(100)).toEqual([parcel(2), parcel(4)]);
  expect(await queue.close()).toBe(parcel(2).spanCount + parcel(4).spanCount);
});
