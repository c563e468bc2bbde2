import { LedgerUnavailableError } from '../ledger.ts';
import type { Connection } from './database.ts';
import { MIGRATIONS, type Migration } from './migrations/index.ts';

/**
 * Brings the schema forward, each step in its own transaction together with its number, so a crash in between leaves
 * a whole version. Never backward.
 * @throws LedgerUnavailableError `LEDGER_SCHEMA_NEWER` when the file was written by a newer Costspan.
 */
export async function migrate(
  connection: Connection,
  nowUs: number,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  await connection.run(
    'CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL, name VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL)',
  );
  const [row] = await connection.rows('SELECT coalesce(max(version), 0) FROM schema_version');
  const found = Number(row?.[0]);
  const newest = migrations.at(-1)?.version ?? 0;
  if (found > newest) {
    throw new LedgerUnavailableError(
      'LEDGER_SCHEMA_NEWER',
      `the ledger has schema version ${found}; this Costspan knows up to ${newest}. Run the newer Costspan, or choose another data directory`,
    );
  }
  for (const migration of migrations.filter(({ version }) => version > found)) {
    await connection.run('BEGIN');
    for (const statement of migration.sql) await connection.run(statement);
    await connection.run('INSERT INTO schema_version VALUES ($1::BIGINT::INTEGER, $2, make_timestamp($3::BIGINT))', [
      BigInt(migration.version),
      migration.name,
      BigInt(nowUs),
    ]);
    await connection.run('COMMIT');
  }
}
