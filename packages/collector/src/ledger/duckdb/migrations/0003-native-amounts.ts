import type { Migration } from './index.ts';

const COLUMNS = ['native_currency VARCHAR', 'native_cost DECIMAL(38, 18)', 'fx_rate VARCHAR', 'fx_from TIMESTAMP'];

/**
 * What the card says where it is in another currency than US dollars, and the rate of exchange of that instant. Rows of before
 * have such an amount under its own `currency` as their cost, and no sum has it.
 * The time at which a call was superseded stays the last column: calls come and go by the order of columns.
 */
export const nativeAmounts: Migration = {
  version: 3,
  name: 'native-amounts',
  sql: [
    ...COLUMNS.map((column) => `ALTER TABLE calls ADD COLUMN ${column}`),
    ...COLUMNS.map((column) => `ALTER TABLE superseded ADD COLUMN ${column}`),
    'ALTER TABLE superseded ADD COLUMN moved_at TIMESTAMP',
    'UPDATE superseded SET moved_at = superseded_at',
    'ALTER TABLE superseded DROP COLUMN superseded_at',
    'ALTER TABLE superseded RENAME COLUMN moved_at TO superseded_at',
  ],
};
