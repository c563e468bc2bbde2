import { inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { zip } from './zip.ts';

const files = new Map([
  ['app/plugin.json', Buffer.from('{"id":"é"}')],
  ['app/empty', Buffer.alloc(0)],
  ['app/large.js', Buffer.from('x'.repeat(100_000))],
]);

test('what was packed can be taken out again by the directory at the end', () => {
  const packed = zip(files);
  const end = packed.subarray(-22);
  expect(end.readUInt32LE(0)).toBe(0x06054b50);
  let at = end.readUInt32LE(16);
  const found = new Map<string, string>();
  for (let entry = 0; entry < end.readUInt16LE(10); entry++) {
    const nameLength = packed.readUInt16LE(at + 28);
    const name = packed.subarray(at + 46, at + 46 + nameLength).toString('utf8');
    const local = packed.readUInt32LE(at + 42);
    const start = local + 30 + packed.readUInt16LE(local + 26) + packed.readUInt16LE(local + 28);
    found.set(name, inflateRawSync(packed.subarray(start, start + packed.readUInt32LE(at + 20))).toString('utf8'));
    at += 46 + nameLength;
  }
  expect(found).toEqual(new Map([...files].map(([name, body]) => [name, body.toString('utf8')])));
});

test('the same files give the same bytes', () => {
  expect(zip(files).equals(zip(files))).toBe(true);
});
