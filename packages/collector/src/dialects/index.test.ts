import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DIALECTS } from './index.ts';

const NOT_A_DIALECT = ['dialect.ts', 'index.ts', 'operations.ts', 'provider-names.ts', 'span-facts.ts'];

test('every dialect file is in the list', () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter(
    (file) => file.endsWith('.ts') && !/\.(test|contract)\.ts$/.test(file) && !NOT_A_DIALECT.includes(file),
  );
  expect(DIALECTS.map(({ name }) => `${name}.ts`).sort()).toEqual(files.sort());
});

test('every dialect says what its input count means', () => {
  for (const dialect of DIALECTS) expect(['cache_included', 'cache_excluded']).toContain(dialect.convention);
});
