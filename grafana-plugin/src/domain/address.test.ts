import { expect, test } from 'vitest';
import { addressMistake } from './address.ts';

test.each([
  ['http://costspan:4318', undefined],
  ['https://usage.example.com/costspan/', undefined],
  ['', 'empty'],
  ['costspan:4318', 'not-http'],
  ['ftp://costspan', 'not-http'],
  ['javascript:alert(1)', 'not-http'],
  ['http://user:secret@costspan', 'credentials'],
  ['http://costspan/api/v1', 'has-path'],
  ['http://costspan/?key=1', 'has-path'],
])('%s: %s', (address, mistake) => {
  expect(addressMistake(address)).toBe(mistake);
});
