import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { errors, translateSqliteError } from './errors.ts';
import type { Database } from './open.ts';

/** Pages copied in one step; other work gets its turn between two steps. */
const PAGES_PER_STEP = 256;

/** A change by another process makes SQLite begin the copy again; after so many times it is made in one step. */
const RESTARTS_MAX = 3;

/**
 * Copies a database while it is in use. The target appears whole or not at all; an older one is replaced. The
 * directory must exist. Nobody may have the target open.
 *
 * @throws ORC_SQLITE_FULL, ORC_SQLITE_CANNOT_OPEN, ORC_SQLITE_BUSY
 */
export async function backupDatabase(database: Database, target: string): Promise<void> {
  if (!existsSync(dirname(target))) throw errors.cannotOpen(target, undefined);
  const partial = `${target}.partial-${randomUUID()}`;
  try {
    await database.backup(partial, { progress: createPace() });
    chmodSync(partial, 0o600);
    // A log that a killed process left beside the older copy would be applied to the new one.
    for (const suffix of ['-wal', '-shm']) rmSync(target + suffix, { force: true });
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { force: true });
    throw translateSqliteError(target, error);
  }
}

function createPace(): (progress: { totalPages: number; remainingPages: number }) => number {
  let restarts = 0;
  let remainingBefore = Number.POSITIVE_INFINITY;
  return ({ totalPages, remainingPages }) => {
    if (remainingPages >= remainingBefore) restarts += 1;
    remainingBefore = remainingPages;
    return restarts > RESTARTS_MAX ? totalPages + PAGES_PER_STEP : PAGES_PER_STEP;
  };
}
