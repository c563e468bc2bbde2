import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Journal } from './journal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'costspan-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Opens the journal; what an earlier one left is in `left`. */
async function opened() {
  const left: string[] = [];
  const damaged: string[] = [];
  const refused: string[] = [];
  const journal = await Journal.open(folder, async (body) => left.push(body.toString()) > 0, {
    damaged: (path) => damaged.push(path),
    refused: (path) => refused.push(path),
  });
  return { journal, left, damaged, refused };
}

const files = () => readdirSync(folder).sort();
const theFile = () => join(folder, files()[0] as string);

test('what is not done when the journal is left stands there for the next, in its order; what is done does not', async () => {
  const { journal } = await opened();
  const written = await Promise.all(['a', 'b', 'c'].map((text) => journal.write(Buffer.from(text))));
  await journal.close();
  expect(written).toHaveLength(3);
  expect((await opened()).left).toEqual(['a', 'b', 'c']);
  expect((await opened()).left).toEqual([]);
});

test('when all is done nothing is left on the disk', async () => {
  const { journal } = await opened();
  for (const written of await Promise.all(['a', 'b'].map((text) => journal.write(Buffer.from(text))))) {
    await journal.done(written);
  }
  await journal.close();
  expect(files()).toEqual([]);
});

test('a record is on the disk when its write resolves, whole and with its checksum', async () => {
  const { journal } = await opened();
  await journal.write(Buffer.from('durable'));
  expect(readFileSync(theFile()).subarray(8).toString()).toBe('durable');
  await journal.close();
});

test.each([1, 7, 8, 9, 11])(
  'a record of which %i bytes reached the disk was not acknowledged and is left out',
  async (bytes) => {
    const { journal } = await opened();
    await journal.write(Buffer.from('first'));
    const { length } = readFileSync(theFile());
    await journal.write(Buffer.from('second'));
    await journal.close();
    truncateSync(theFile(), length + bytes);
    const { left, damaged } = await opened();
    expect(left).toEqual(['first']);
    expect(damaged).toEqual([]);
  },
);

test('zeros behind the last record, as a power cut leaves them, are no record', async () => {
  const { journal } = await opened();
  await journal.write(Buffer.from('first'));
  await journal.close();
  appendFileSync(theFile(), Buffer.alloc(4096));
  const { left, damaged } = await opened();
  expect({ left, damaged }).toEqual({ left: ['first'], damaged: [] });
});

test('a damaged file gives what stands before the damage, is set aside and told', async () => {
  const { journal } = await opened();
  await journal.write(Buffer.from('first'));
  const { length } = readFileSync(theFile());
  await journal.write(Buffer.from('second'));
  await journal.write(Buffer.from('third'));
  await journal.close();
  const bytes = readFileSync(theFile());
  bytes[length + 8] = (bytes[length + 8] as number) ^ 1;
  writeFileSync(theFile(), bytes);
  const { left, damaged } = await opened();
  expect(left).toEqual(['first']);
  expect(damaged).toEqual([`${join(folder, '000000000001.journal')}.damaged`]);
  expect(files()).toEqual(['000000000001.journal.damaged']);
  expect((await opened()).left).toEqual([]);
});

/** Leaves these records, and opens again with a ledger that does with each what `take` says. */
async function reopened(texts: readonly string[], take: (text: string) => boolean) {
  const { journal } = await opened();
  for (const text of texts) await journal.write(Buffer.from(text));
  await journal.close();
  const refused: string[] = [];
  const taken: string[] = [];
  const opening = Journal.open(
    folder,
    async (body) => {
      const isTaken = take(body.toString());
      if (isTaken) taken.push(body.toString());
      return isTaken;
    },
    { damaged: () => {}, refused: (path) => refused.push(path) },
  );
  return { opening, taken, refused };
}

const failsFor =
  (...texts: readonly string[]) =>
  (text: string): boolean => {
    if (texts.includes(text)) throw new Error('disk full');
    return true;
  };

test.each([
  ['the last one', ['c']],
  ['two in a row', ['a', 'b']],
  ['all of them', ['a', 'b', 'c']],
])('when %s cannot be redone the start is refused and everything stays', async (_, failing) => {
  const { opening } = await reopened(['a', 'b', 'c'], failsFor(...failing));
  await expect(opening).rejects.toThrow('disk full');
  expect((await opened()).left).toEqual(['a', 'b', 'c']);
});

test.each([
  ['says that it never will', (text: string) => text !== 'b'],
  ['fails, and then takes the next', failsFor('b')],
])('a record of which redo %s is set aside whole, and the others are redone', async (_, take) => {
  const { opening, taken, refused } = await reopened(['a', 'b', 'c'], take);
  await (await opening).close();
  const aside = `${join(folder, '000000000001.journal')}.refused`;
  expect({ taken, refused }).toEqual({ taken: ['a', 'c'], refused: [aside] });
  expect(files()).toEqual(['000000000001.journal.refused']);
  renameSync(aside, aside.slice(0, -'.refused'.length));
  expect((await opened()).left).toEqual(['b']);
});

test('a file of which everything is done goes as soon as another is begun, so the journal stays small', async () => {
  const { journal } = await opened();
  const body = Buffer.alloc(600_000, 1);
  for (let n = 0; n < 20; n += 1) await journal.done(await journal.write(body));
  expect(files()).toHaveLength(1);
  await journal.close();
});

test('a disk that refuses one write does not stop the next', async () => {
  const { journal } = await opened();
  await journal.write(Buffer.from('first'));
  rmSync(folder, { recursive: true });
  // The open file still takes writes; a new one cannot be made until the folder is back.
  await journal.write(Buffer.alloc(17 * 1024 * 1024, 1));
  await expect(journal.write(Buffer.from('lost'))).rejects.toThrow('ENOENT');
  mkdirSync(folder);
  await journal.write(Buffer.from('second'));
  await journal.close();
  expect((await opened()).left).toEqual(['second']);
});
