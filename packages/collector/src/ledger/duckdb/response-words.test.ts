import { expect, test } from 'vitest';
import { writeResponseWords, writeResponseWordsOfCell } from './response-words.ts';

const wordsOf = (text: string) => {
  const words = new Uint32Array(2);
  writeResponseWords(text, words, 0);
  return [...words];
};

test('ids that differ in one of their last twelve letters differ', () => {
  const all = Array.from({ length: 12 }, (_, place) => 'x'.repeat(20 - place - 1) + 'y'.padEnd(place + 1, 'x'));
  expect(new Set(['x'.repeat(20), ...all].map((text) => wordsOf(text).join())).size).toBe(13);
});

test.each(['a', 'msg_1', 'chatcmpl-123', 'twelve-chars'])('%s is the same id when it is read from a cell', (text) => {
  const cell = new Uint8Array(16);
  cell[0] = text.length;
  cell.set(Buffer.from(text), 4);
  const words = new Uint32Array(2);
  writeResponseWordsOfCell(cell, 0, words, 0);
  expect([...words]).toEqual(wordsOf(text));
});

test('an empty id and one that ends in other letters than ASCII are not compared', () => {
  expect(wordsOf('')).toEqual([0, 0]);
  expect(wordsOf('chatcmpl-é')).toEqual([0, 0]);
});
