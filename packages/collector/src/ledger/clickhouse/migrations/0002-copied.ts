import { createTable } from '../layout.ts';
import type { Migration } from './index.ts';

/** Which parts of another ledger are here already: what `costspan migrate` goes on after. */
export const copied: Migration = {
  version: 2,
  name: 'copied',
  sql: (place) =>
    createTable(
      { name: 'copied', columns: ['source String', 'part String'], orderBy: '(source, part)', shardBy: '0' },
      place,
    ),
};
