import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DiskQueue, type DiskQueueOptions } from './disk-queue.ts';
import { parcel, parcelQueueContract } from './parcel-queue.contract.ts';
import type { Parcel } from './parcel-queue.ts';

const root = mkdtempSync(join(tmpdir(), 'costspan-queue-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;

function folder(): string {
  folders += 1;
  return join(root, String(folders));
}

function open(path: string, over: Partial<DiskQueueOptions> = {}) {
  return DiskQueue.open({ path, bytesMax: 1_000_000, memoryBytesMax: 1_000_000, onLost: unexpectedLoss, ...over });
}

function unexpectedLoss(spanCount: number, reason: string): never {
  throw new Error(`${spanCount} spans lost: ${reason}`);
}

async function drained(queue: DiskQueue): Promise<Parcel[]> {
  const got: Parcel[] = [];
  for (;;) {
    const some = await queue.oldest(1000);
    if (some.length === 0) return got;
    got.push(...some);
    queue.done(some.length);
  }
}

/** The segment files of a queue, oldest first. */
function segments(path: string): string[] {
  return readdirSync(path)
    .filter((name) => name.endsWith('.parcels'))
    .sort()
    .map((name) => join(path, name));
}

parcelQueueContract('disk', (bytesMax) => open(folder(), { bytesMax }));

test('what was not done is there again after a restart, in its order, and what was done is not', async () => {
  const path = folder();
  const first = await open(path);
  for (let n = 0; n < 10; n += 1) await first.push(parcel(n));
  await first.oldest(1000);
  first.done(4);
  await first.close();
  const second = await open(path);
  expect(second.foundSpans).toBe([4, 5, 6, 7, 8, 9].reduce((sum, n) => sum + parcel(n).spanCount, 0));
  await second.push(parcel(10));
  expect(await drained(second)).toEqual([4, 5, 6, 7, 8, 9, 10].map((n) => parcel(n)));
  await second.close();
  expect(segments(path)).toEqual([]);
  const third = await open(path);
  expect(third.foundSpans).toBe(0);
  await third.close();
});

test('a torn tail is where reading ends; what stood before it is delivered', async () => {
  const path = folder();
  const first = await open(path);
  for (let n = 0; n < 5; n += 1) await first.push(parcel(n, 100));
  await first.close();
  const [segment = ''] = segments(path);
  truncateSync(segment, readFileSync(segment).length - 50);
  const second = await open(path);
  expect(await drained(second)).toEqual([0, 1, 2, 3].map((n) => parcel(n, 100)));
  await second.close();
});

test.each([
  ['the zeros of a power cut', Buffer.alloc(4096)],
  ['garbage', Buffer.from('this is no record, and it is longer than a head')],
])('%s behind the last record are not read', async (_, tail) => {
  const path = folder();
  const first = await open(path);
  await first.push(parcel(1));
  await first.close();
  appendFileSync(segments(path)[0] as string, tail);
  const second = await open(path);
  expect(await drained(second)).toEqual([parcel(1)]);
  await second.close();
});

test('a record whose bytes changed is never delivered; it and what follows in its segment are counted as lost', async () => {
  const path = folder();
  const first = await open(path);
  for (let n = 0; n < 4; n += 1) await first.push(parcel(n, 100));
  await first.close();
  const [segment = ''] = segments(path);
  const bytes = readFileSync(segment);
  bytes[2 * 120 + 60] = (bytes[2 * 120 + 60] as number) ^ 1;
  writeFileSync(segment, bytes);
  const lost: number[] = [];
  const second = await open(path, { onLost: (spanCount) => lost.push(spanCount) });
  await second.push(parcel(9));
  expect(await drained(second)).toEqual([parcel(0, 100), parcel(1, 100), parcel(9)]);
  expect(lost).toEqual([parcel(2).spanCount + parcel(3).spanCount]);
  await second.close();
});

test('a cursor that cannot be trusted means that everything is delivered again', async () => {
  const path = folder();
  const first = await open(path);
  for (let n = 0; n < 3; n += 1) await first.push(parcel(n));
  await first.oldest(1000);
  first.done(2);
  await first.close();
  writeFileSync(join(path, 'cursor'), 'twenty bytes of text');
  const second = await open(path);
  expect(await drained(second)).toEqual([0, 1, 2].map((n) => parcel(n)));
  await second.close();
});

test('beyond its bytes the oldest go, every lost span is counted, and the disk holds no more than it may', async () => {
  const path = folder();
  let lost = 0;
  const bytesMax = 20_000;
  const queue = await open(path, { bytesMax, onLost: (spanCount) => (lost += spanCount) });
  const sent = Array.from({ length: 200 }, (_, n) => parcel(n, 300));
  for (const each of sent) {
    await queue.push(each);
    const held = segments(path).reduce((sum, file) => sum + readFileSync(file).length, 0);
    expect(held).toBeLessThanOrEqual(bytesMax);
  }
  const kept = await drained(queue);
  expect(kept).toEqual(sent.slice(-kept.length));
  expect(kept.length).toBeGreaterThan(40);
  const spans = (parcels: readonly Parcel[]) => parcels.reduce((sum, { spanCount }) => sum + spanCount, 0);
  expect(spans(kept) + lost).toBe(spans(sent));
  await queue.close();
});

test('what is on its way while the oldest go is not counted as lost, and is not delivered again', async () => {
  let lost = 0;
  const queue = await open(folder(), { bytesMax: 8000, onLost: (spanCount) => (lost += spanCount) });
  const sent = Array.from({ length: 40 }, (_, n) => parcel(n, 480));
  for (const each of sent.slice(0, 10)) await queue.push(each);
  const [onItsWay] = await queue.oldest(1);
  for (const each of sent.slice(10)) await queue.push(each);
  queue.done(1);
  const kept = await drained(queue);
  expect(kept).toEqual(sent.slice(-kept.length));
  const spans = (parcels: readonly Parcel[]) => parcels.reduce((sum, { spanCount }) => sum + spanCount, 0);
  expect(spans([onItsWay as Parcel]) + spans(kept) + lost).toBe(spans(sent));
  await queue.close();
});

test('what waits for the disk is bounded in memory', async () => {
  const queue = await open(folder(), { memoryBytesMax: 250 });
  const pushes = await Promise.allSettled([1, 2, 3].map((n) => queue.push(parcel(n, 100))));
  expect(pushes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  await queue.push(parcel(4, 100));
  expect(await drained(queue)).toEqual([1, 2, 4].map((n) => parcel(n, 100)));
  await queue.close();
});

test('after kill −9 every parcel that was queued is there, whole and in order', async () => {
  const path = folder();
  for (let round = 0; round < 5; round += 1) {
    const child = spawn(
      process.execPath,
      ['--conditions=@costspan/source', join(import.meta.dirname, 'queue-writer.contract.ts'), path, String(round)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let told = '';
    child.stdout.on('data', (data: Buffer) => {
      told += data.toString();
      if (told.length > 400 * (round + 1)) child.kill('SIGKILL');
    });
    await once(child, 'close');
    expect(child.signalCode).toBe('SIGKILL');
    const acknowledged = told.split('\n').slice(0, -1).map(Number);
    const queue = await open(path);
    const bodies = (await drained(queue)).map(({ body }) => body.toString());
    expect(bodies.slice(0, acknowledged.length)).toEqual(acknowledged.map((n) => bodyOf(round, n)));
    await queue.close();
  }
});

function bodyOf(round: number, n: number): string {
  return `${round}-${n}-${'x'.repeat(n % 1000)}`;
}
