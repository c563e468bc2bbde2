import { LedgerUnavailableError } from '../ledger.ts';
import { instantText } from './call-rows.ts';
import type { ClickHouse } from './click-house.ts';
import type { ClickHousePlace } from './click-house-url.ts';
import { createTable } from './layout.ts';
import { MIGRATIONS, type Migration } from './migrations/index.ts';

/**
 * Brings the schema forward. Several collectors may do it at once and one may be killed in it: every statement may run again, and
 * a step counts once its number is written. Never backward.
 * @throws LedgerUnavailableError `LEDGER_SCHEMA_NEWER` when a newer Costspan wrote the tables.
 */
export async function migrate(
  house: ClickHouse,
  place: ClickHousePlace,
  nowUs: number,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  const columns = ['version UInt32', 'name String', "applied_at DateTime64(6, 'UTC')"];
  const table = { name: 'schema_version', columns, orderBy: 'version', shardBy: '0' };
  for (const statement of createTable(table, place)) await house.run(statement);
  const [row] = await house.rows('SELECT max(version) FROM schema_version');
  const found = Number(row?.[0] ?? 0);
  const newest = migrations.at(-1)?.version ?? 0;
  if (found > newest) {
    throw new LedgerUnavailableError(
      'LEDGER_SCHEMA_NEWER',
      `the ledger has schema version ${found}; this Costspan knows up to ${newest}. Run the newer Costspan, or choose another database`,
    );
  }
  for (const { version, name, sql } of migrations) {
    if (version <= found) continue;
    for (const statement of sql(place)) await house.run(statement);
    const rows = [[version, name, instantText(nowUs)]];
    await house.insert({
      table: 'schema_version',
      columns: ['version', 'name', 'applied_at'],
      rows,
      token: `schema-${version}`,
    });
  }
}
