import type { Connection } from './database.ts';

/** Runs `work` in one transaction: all of it is kept or none. */
export async function transaction(connection: Connection, work: () => Promise<void>): Promise<void> {
  await connection.run('BEGIN');
  try {
    await work();
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => {
      // A failed COMMIT has rolled back already; the first error is the one to tell.
    });
    throw error;
  }
}
