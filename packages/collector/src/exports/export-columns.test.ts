import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EXPORT_COLUMNS } from './export-columns.ts';

test('docs/export.md has the columns as they are', () => {
  const page = readFileSync(new URL('../../../../docs/export.md', import.meta.url), 'utf8');
  const rows = EXPORT_COLUMNS.map(
    ({ name, kind, isRequired, about }) => `| \`${name}\` | ${kind}${isRequired ? '' : ', may be empty'} | ${about} |`,
  );
  expect(page.split('\n').slice(-rows.length - 1)).toEqual([...rows, '']);
});

test('a column has one name and says what it is', () => {
  expect(new Set(EXPORT_COLUMNS.map(({ name }) => name)).size).toBe(EXPORT_COLUMNS.length);
  expect(EXPORT_COLUMNS.filter(({ about }) => about.length < 4)).toEqual([]);
});
