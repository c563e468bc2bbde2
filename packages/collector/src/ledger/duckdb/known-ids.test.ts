import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KnownIds, readHex } from './known-ids.ts';

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });

test('an id that was added is known from then on', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(hex(32), hex(16)), { maxLength: 200 }), (ids) => {
      const known = new KnownIds();
      const words = ids.map(([trace, span]) => wordsOf(trace, span));
      for (const id of words) known.add(id, 0, 4);
      expect(words.every((id) => known.add(id, 0, 4))).toBe(true);
    }),
  );
});

test('half a million new ids, in sequence or at random, are hardly ever taken for old ones', () => {
  for (const next of [(n: number) => n, (n: number) => Math.imul(n, 0x9e3779b1) >>> 0]) {
    const known = new KnownIds();
    const id = new Uint32Array(6);
    let mistaken = 0;
    for (let n = 0; n < 500_000; n += 1) {
      id[3] = next(n);
      id[5] = n & 0xff;
      if (known.add(id, 0, 4)) mistaken += 1;
    }
    expect(mistaken).toBeLessThan(20);
    expect(known.count).toBe(500_000 - mistaken);
  }
});

test('two ids that differ in one bit are two ids', () => {
  for (let bit = 0; bit < 192; bit += 1) {
    const known = new KnownIds();
    const id = new Uint32Array(6).fill(0x5a5a5a5a);
    known.add(id, 0, 4);
    id[bit >> 5] = (id[bit >> 5] as number) ^ (1 << (bit & 31));
    expect(known.add(id, 0, 4)).toBe(false);
  }
});

test('hexadecimal ids are read in either case', () => {
  fc.assert(
    fc.property(hex(32), (text) => {
      const words = new Uint32Array(4);
      expect(readHex(text, 4, words, 0)).toBe(true);
      expect([...words].map((word) => word.toString(16).padStart(8, '0')).join('')).toBe(text);
      const upper = new Uint32Array(4);
      readHex(text.toUpperCase(), 4, upper, 0);
      expect(upper).toEqual(words);
    }),
  );
});

test.each([
  '',
  '0'.repeat(15),
  '0'.repeat(17),
  `${'0'.repeat(15)}g`,
  `${'0'.repeat(15)} `,
  `é${'0'.repeat(15)}`,
  '０'.repeat(16),
])('%j is no span id', (text) => {
  expect(readHex(text, 2, new Uint32Array(2), 0)).toBe(false);
});

function wordsOf(trace: string, span: string): Uint32Array {
  const words = new Uint32Array(6);
  readHex(trace, 4, words, 0);
  readHex(span, 2, words, 4);
  return words;
}
