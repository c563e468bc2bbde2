import type { Migration } from './index.ts';

const COLUMNS = ['native_currency VARCHAR', 'native_cost DECIMAL(38, 18)', 'fx_rate VARCHAR', 'fx_from TIMESTAMP'];

/**
 * What the card says where it is in another currency than US dollars, and the rate of exchange of that instant. Rows of before
 * have such an amount under its own `currency` as their cost, and no sum has it.
 * `superseded` is made anew, so that the time at which a call was superseded stays the last column: calls come and go by the order
 * of columns, and a table that was written and altered in one transaction cannot be committed.
 */
export const nativeAmounts: Migration = {
  version: 3,
  name: 'native-amounts',
  sql: [
    ...COLUMNS.map((column) => `ALTER TABLE calls ADD COLUMN ${column}`),
    `CREATE TABLE kept AS SELECT * EXCLUDE (superseded_at),
      ${COLUMNS.map((column) => column.replace(/^(\w+) (.+)$/, 'NULL::$2 AS $1')).join(', ')}, superseded_at FROM superseded`,
    'DROP TABLE superseded',
    'ALTER TABLE kept RENAME TO superseded',
  ],
};
