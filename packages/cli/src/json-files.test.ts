import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonFiles } from './json-files.ts';

test('a folder stands for the JSON files in it and below, in order; a file for itself, whether it is there or not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'costspan-json-'));
  try {
    mkdirSync(join(folder, 'monitors'));
    for (const name of ['b.json', 'a.json', 'monitors/c.json', 'main.tf']) writeFileSync(join(folder, name), '{}');
    const inFolder = ['a.json', 'b.json', join('monitors', 'c.json')].map((name) => join(folder, name));
    expect(await jsonFiles(['not-there.json', folder])).toEqual(['not-there.json', ...inFolder]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
