import type { Migration } from './index.ts';

/**
 * What an answer as of a past instant, and the word "late", need to know.
 *
 * - `opened_at`: when the ledger was made. What ended before is history that was imported, and is not late.
 * - `deleted_at`: knowledge time of the last deletion of calls or hours. What is deleted cannot be told as of before.
 * - `revised` holds calls as they stood in `superseded` before they were billed again: billed from `received_at` to
 *   `superseded_at`, and beside the calls from then to `revived_at`.
 */
export const pastAnswers: Migration = {
  version: 5,
  name: 'past-answers',
  sql: [
    'ALTER TABLE roll_up ADD COLUMN opened_at TIMESTAMP',
    'ALTER TABLE roll_up ADD COLUMN deleted_at TIMESTAMP',
    `UPDATE roll_up SET opened_at = (SELECT min(applied_at) FROM schema_version),
      deleted_at = CASE WHEN calls_from > TIMESTAMP '1970-01-01' THEN rolled_to ELSE TIMESTAMP '1970-01-01' END`,
    'CREATE TABLE revised AS SELECT * FROM superseded LIMIT 0',
    'ALTER TABLE revised ADD COLUMN revived_at TIMESTAMP',
  ],
};
