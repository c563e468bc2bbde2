import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { probeProject } from './probe-project.ts';

test('every SDK of a project is loaded under the register entry, and is observed there', async () => {
  const libraries = await probeProject(fileURLToPath(new URL('..', import.meta.url)));
  expect(libraries.map(({ library }) => library)).toContain('@mistralai/mistralai');
  for (const { library, installed, observed, failure, reason } of libraries) {
    expect({ library, installed: installed !== undefined, observed, failure }).toEqual({
      library,
      installed: true,
      observed: true,
      failure: undefined,
    });
    expect(reason).toMatch(/^calls are observed \((esm|cjs) \d/);
  }
});

test('a project without SDKs has none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'costspan-probe-'));
  try {
    const libraries = await probeProject(folder);
    expect(libraries.map(({ installed }) => installed)).toEqual(libraries.map(() => undefined));
  } finally {
    await rm(folder, { recursive: true });
  }
});
