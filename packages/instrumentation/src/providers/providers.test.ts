import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PROVIDERS } from './index.ts';

test('every provider file is in the list', async () => {
  const files = readdirSync(fileURLToPath(new URL('.', import.meta.url)), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => entry.name)
    .filter((name) => name !== 'index.ts' && name !== 'provider.ts');
  const exported = await Promise.all(
    files.map(async (file) => Object.values((await import(/* @vite-ignore */ `./${file}`)) as Record<string, unknown>)),
  );
  expect(new Set(exported.flat())).toEqual(new Set(PROVIDERS));
});

test('no library is observed twice', () => {
  const libraries = PROVIDERS.map((provider) => provider.library);
  expect(new Set(libraries).size).toBe(libraries.length);
});
