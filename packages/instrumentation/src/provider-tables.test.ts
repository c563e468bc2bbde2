import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { providerTables } from './testing/provider-table.ts';

test('the guide has the tables that the code gives', () => {
  const guide = readFileSync(new URL('../../../docs/instrument.md', import.meta.url), 'utf8');
  const [, tables] = guide.split('<!-- printed by packages/instrumentation/src/testing/provider-table.ts -->');
  expect(tables?.trim()).toBe(providerTables());
});
