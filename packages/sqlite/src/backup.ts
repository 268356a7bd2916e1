import { chmodSync, renameSync, rmSync } from 'node:fs';
import { translateSqliteError } from './errors.ts';
import type { Database } from './open.ts';

/**
 * Copies a database while it is in use. The target appears whole or not at all.
 *
 * @throws ORC_SQLITE_FULL, ORC_SQLITE_CANNOT_OPEN
 */
export async function backupDatabase(database: Database, target: string): Promise<void> {
  const partial = `${target}.partial`;
  try {
    await database.backup(partial);
    chmodSync(partial, 0o600);
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { force: true });
    throw translateSqliteError(target, error);
  }
}
