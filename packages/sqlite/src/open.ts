import { chmodSync, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { isOrcError } from '@orc/errors';
import SqliteDatabase from 'better-sqlite3';
import { errors, translateSqliteError } from './errors.ts';
import { sharePatience } from './patience.ts';

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
  const database = openFile(path, busyTimeoutMs, readOnly);
  try {
    if (!readOnly) enterWalMode(database, busyTimeoutMs);
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    // The header is read only when the first page is: a file that is no database must fail here.
    database.pragma('schema_version');
    sharePatience(database, busyTimeoutMs);
    return database;
  } catch (error) {
    database.close();
    throw translateSqliteError(path, error);
  }
}

/**
 * Opens the file and sets nothing. A new file is readable by its owner only.
 *
 * @throws ORC_SQLITE_CANNOT_OPEN
 */
export function openFile(path: string, busyTimeoutMs: number, readOnly: boolean): Database {
  const isFile = path !== ':memory:';
  // The driver reports a missing directory as a misuse of its own.
  if (isFile && !existsSync(dirname(path))) throw errors.cannotOpen(path, undefined);
  const isNew = isFile && !existsSync(path);
  try {
    const database = new SqliteDatabase(path, {
      timeout: busyTimeoutMs,
      readonly: readOnly,
      fileMustExist: readOnly,
    });
    if (isNew) chmodSync(path, 0o600);
    return database;
  } catch (error) {
    throw translateSqliteError(path, error);
  }
}

/**
 * SQLite does not wait for a lock while it changes the journal mode: of several processes that open a new
 * database at once, all but one would fail. So the waiting is done here.
 */
function enterWalMode(database: Database, busyTimeoutMs: number): void {
  const deadline = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      database.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      const isBusy = isOrcError(translateSqliteError(database.name, error), 'ORC_SQLITE_BUSY');
      if (!isBusy || performance.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
