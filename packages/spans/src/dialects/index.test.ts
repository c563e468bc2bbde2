import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DIALECTS } from './index.ts';

const NOT_A_DIALECT = [
  'call-facts.ts',
  'dialect-tags.ts',
  'dialect.ts',
  'fact-table.ts',
  'gen-ai-names.ts',
  'index.ts',
  'json-text.ts',
  'operations.ts',
  'provider-names.ts',
  'span-facts.ts',
];

test('every dialect file is in the list', () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter(
    (file) => file.endsWith('.ts') && !/\.(test|contract)\.ts$/.test(file) && !NOT_A_DIALECT.includes(file),
  );
  expect(DIALECTS.map(({ name }) => `${name}.ts`).sort()).toEqual(files.sort());
});

test('no two dialects have one name', () => {
  expect(new Set(DIALECTS.map(({ name }) => name)).size).toBe(DIALECTS.length);
});
