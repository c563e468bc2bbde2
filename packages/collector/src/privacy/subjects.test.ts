import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Subjects } from './subjects.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'costspan-subjects-'));
  path = join(folder, 'privacy', 'subjects.ndjson');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the same person has one pseudonym, also after a restart, and another under another tag', async () => {
  const subjects = Subjects.open(path, 10);
  const pseudonym = subjects.pseudonymOf('user', 'jane');
  expect(pseudonym).toMatch(/^p_[0-9a-f]{32}$/);
  expect(subjects.pseudonymOf('user', 'jane')).toBe(pseudonym);
  expect(subjects.pseudonymOf('email', 'jane')).not.toBe(pseudonym);
  await subjects.durable();
  expect(statSync(path).mode & 0o077).toBe(0);
  expect(Subjects.open(path, 10).pseudonymOf('user', 'jane')).toBe(pseudonym);
});

test('a person in two ledgers has two pseudonyms that nothing connects', () => {
  const [one, two] = [Subjects.open(undefined, 10), Subjects.open(undefined, 10)];
  expect(one.pseudonymOf('user', 'jane')).not.toBe(two.pseudonymOf('user', 'jane'));
});

test('the last person there is room for, and the first there is none for', () => {
  const subjects = Subjects.open(undefined, 1);
  expect(subjects.pseudonymOf('user', 'jane')).toBeDefined();
  expect(subjects.pseudonymOf('user', 'john')).toBeUndefined();
  expect(subjects.pseudonymOf('user', 'jane')).toBeDefined();
});

test('a line that was cut off by the end of the process is nobody, and does not spoil the next', async () => {
  const subjects = Subjects.open(path, 10);
  subjects.pseudonymOf('user', 'jane');
  await subjects.durable();
  appendFileSync(path, '{"tag":"user","value":"jo');
  const again = Subjects.open(path, 10);
  expect(again.size).toBe(1);
  again.pseudonymOf('user', 'mary');
  await again.durable();
  expect(Subjects.open(path, 10).size).toBe(2);
});

test('whatever the values are, an erased one is in no byte of the file and the others stay', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.string({ minLength: 1, maxLength: 30 }), { minLength: 2, maxLength: 6 }),
      async (values) => {
        rmSync(path, { force: true });
        const subjects = Subjects.open(path, 100);
        const before = values.map((value) => subjects.pseudonymOf('user', value));
        const [first, ...others] = values as [string, ...string[]];
        await subjects.erase(first);
        const lines = readFileSync(path, 'utf8')
          .trim()
          .split('\n')
          .map((line) => (JSON.parse(line) as { value: string }).value);
        expect(lines).toEqual(others);
        const again = Subjects.open(path, 100);
        expect(others.map((value) => again.pseudonymOf('user', value))).toEqual(before.slice(1));
        expect(again.pseudonymOf('user', first)).not.toBe(before[0]);
      },
    ),
    { numRuns: 30 },
  );
});
