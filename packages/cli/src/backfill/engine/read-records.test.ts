import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { type FileRecord, readRecords } from './read-records.ts';

const scratch = mkdtempSync(join(tmpdir(), 'costspan-records-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function records(content: string | Buffer): Promise<FileRecord[]> {
  const file = join(scratch, 'file');
  writeFileSync(file, content);
  return Array.fromAsync(readRecords(file));
}

const rows = [{ a: '1' }, { a: '2' }];
const values = (all: readonly FileRecord[]) => all.flatMap((each) => (each.kind === 'record' ? [each.value] : []));

test.each<[string, string | Buffer]>([
  ['lines', '{"a":"1"}\n\n{"a":"2"}\n'],
  ['lines with a mark and carriage returns', '\ufeff{"a":"1"}\r\n{"a":"2"}'],
  ['a list', JSON.stringify(rows, null, 2)],
  ['one object', '{"a":"1"} {"a":"2"}'],
  ['a page', JSON.stringify({ object: 'page', data: rows, has_more: false })],
  ['pages, one a line', `${JSON.stringify({ data: [rows[0]] })}\n${JSON.stringify({ data: [rows[1]] })}\n`],
  ['a list of pages', JSON.stringify([{ calls: [rows[0]] }, { calls: [rows[1]] }])],
  ['commas', 'a\n1\n2\n'],
  ['tabs and quotes', '\ufeffa\r\n"1"\r\n2'],
  ['compressed lines', gzipSync('{"a":"1"}\n{"a":"2"}\n')],
])('%s hold the same two records', async (_, content) => {
  expect(values(await records(content))).toEqual(rows);
});

test('semicolons and texts over several lines are read, and rows are told by the line they begin on', async () => {
  expect(await records('a;b\n"x\ny";1\n2;"3;4"\n')).toEqual([
    { kind: 'record', line: 2, value: { a: 'x\ny', b: '1' } },
    { kind: 'record', line: 4, value: { a: '2', b: '3;4' } },
  ]);
});

test('a broken line costs only itself', async () => {
  expect(await records('{"a":"1"}\n{"a":\n{"a":"2"}\n7\n')).toMatchObject([
    { kind: 'record', line: 1 },
    { kind: 'invalid', line: 2 },
    { kind: 'record', line: 3 },
    { kind: 'invalid', line: 4, message: 'is not a JSON object' },
  ]);
  expect(await records('a,b\n1,2\n1\n3,4\n')).toMatchObject([{ line: 2 }, { kind: 'invalid', line: 3 }, { line: 4 }]);
});

test('a quote that is never closed ends the file with a word about it', async () => {
  expect((await records('a,b\n1,2\n"1,2\n3,4\n')).at(-1)).toMatchObject({
    kind: 'invalid',
    line: 3,
    message: expect.stringContaining('the rest of the file cannot be read'),
  });
});

test('a page that has a next one says so', async () => {
  expect((await records(JSON.stringify({ data: rows, has_more: true }))).at(-1)).toMatchObject({ kind: 'more' });
});

test('a file larger than what is read at once is read to its end', async () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => ({ a: String(index), text: 'é'.repeat(20) }));
  for (const content of [
    lines.map((line) => JSON.stringify(line)).join('\n'),
    JSON.stringify({ data: lines }),
    `a,text\n${lines.map((line) => `${line.a},${line.text}`).join('\n')}`,
  ]) {
    expect(values(await records(content))).toEqual(lines);
  }
});

test('an empty file holds nothing, and one that is not there is named', async () => {
  expect(await records('')).toEqual([]);
  await expect(Array.fromAsync(readRecords(join(scratch, 'nowhere')))).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
  });
});
