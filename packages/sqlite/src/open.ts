import { chmodSync, existsSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import { translateSqliteError } from './errors.ts';

export type Database = SqliteDatabase.Database;

export interface OpenDatabaseOptions {
  /** File path, or `:memory:`. The directory must exist. A new file is readable by its owner only. */
  readonly path: string;
  /** How long a statement waits for another process's lock, in milliseconds. Default 5000. */
  readonly busyTimeoutMs?: number;
  /** Opens an existing file for reading only. Default false. */
  readonly readOnly?: boolean;
}

/**
 * Opens a database in which a commit survives a power cut: WAL, `synchronous=FULL`, foreign keys on.
 *
 * @throws ORC_SQLITE_CANNOT_OPEN, ORC_SQLITE_CORRUPT, ORC_SQLITE_READ_ONLY, ORC_SQLITE_BUSY
 */
export function openDatabase(options: OpenDatabaseOptions): Database {
  const { path, busyTimeoutMs = 5_000, readOnly = false } = options;
  const isNew = path !== ':memory:' && !existsSync(path);
  let database: Database | undefined;
  try {
    database = new SqliteDatabase(path, { timeout: busyTimeoutMs, readonly: readOnly, fileMustExist: readOnly });
    if (isNew) chmodSync(path, 0o600);
    if (!readOnly) database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    // The header is read only when the first page is: a file that is no database must fail here.
    database.pragma('schema_version');
    return database;
  } catch (error) {
    database?.close();
    throw translateSqliteError(path, error);
  }
}
