import { isOrcError } from '@orc/errors';
import { translateSqliteError } from './errors.ts';
import type { Database } from './open.ts';

/**
 * What SQLite finds wrong with the file, in its words; empty when nothing is. Reads the whole file. Damage
 * that stops the check itself is a finding, too.
 *
 * @throws ORC_SQLITE_BUSY, ORC_SQLITE_IO_FAILED
 */
export function findIntegrityProblems(database: Database): string[] {
  try {
    const rows = database.pragma('integrity_check') as { integrity_check: string }[];
    const broken = database.pragma('foreign_key_check') as { table: string; rowid: number }[];
    return [
      ...rows.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
      ...broken.map((row) => `row ${row.rowid} of ${row.table} points at nothing`),
    ];
  } catch (error) {
    const failure = translateSqliteError(database.name, error);
    if (isOrcError(failure, 'ORC_SQLITE_CORRUPT') && error instanceof Error) return [error.message];
    throw failure;
  }
}
