import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BACKFILL_FORMATS } from './index.ts';

const NO_FORMAT = ['index.ts', 'backfill-format.ts'];

test('every format of this folder is in the list, and files of parts are named for their format', () => {
  const files = readdirSync(import.meta.dirname).filter(
    (name) => name.endsWith('.ts') && !/\.(test|contract)\.ts$/.test(name),
  );
  const names = BACKFILL_FORMATS.map(({ name }) => name);
  for (const file of files) {
    if (!NO_FORMAT.includes(file)) expect(names).toContain(file.replace(/(-[a-z-]+)?\.ts$/, ''));
  }
  for (const name of names) expect(files).toContain(`${name}.ts`);
});
