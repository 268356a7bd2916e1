import type Database from 'better-sqlite3';
import { codeOf } from './files.ts';
import { findPackageFile, load } from './module-loader.ts';

const BUSY_TIMEOUT_MS = 200;

// A delivery that is overdue counts, a lease or one without evidence, and one that began before the clock was set back:
// whoever leases takes it back first, and without a daemon nobody else does.
const SQL = `SELECT 1 FROM queue_messages
  WHERE inbox = @agent
    AND ((state = 'queued' AND blockers = 0)
      OR (state IN ('leased', 'injected')
        AND (due_at <= @now OR (due_at IS NOT NULL AND leased_at > @now + 60000))))
    AND NOT EXISTS (SELECT 1 FROM queue_parked
      WHERE recipient = @agent AND (parked_until IS NULL OR parked_until > @now))
  LIMIT 1`;
/** Without detail: a table or column is not there, so this file's tables are of another orc. */
const OTHER_SCHEMA = 'SQLITE_ERROR';

interface Statement {
  get(values: object): unknown;
}

interface Addon {
  isInitialized?: boolean;
  setErrorConstructor(constructor: unknown): void;
  Database: new (...options: unknown[]) => {
    prepare(sql: string, owner: object, isPragma: boolean): Statement;
  };
}

/**
 * Whether mail may wait for the agent. May say yes where nothing can be leased, never no where something can:
 * whoever is told yes looks properly.
 *
 * @throws an error of SQLite, among them a locked or damaged file
 */
export function mayHaveMail(path: string, agent: string, now: number): boolean {
  try {
    return openStatement(path).get({ agent, now }) !== undefined;
  } catch (error) {
    if (codeOf(error) === OTHER_SCHEMA) return true;
    throw error;
  }
}

/*
 * The driver's JavaScript is a dozen small files, and loading them takes longer than everything else that
 * happens here. Its native part alone is enough for one query. Another version of the driver may arrange
 * that part differently: then the driver is loaded as it should be, and the hook is only slower.
 */
function openStatement(path: string): Statement {
  const file = findPackageFile('better-sqlite3/build/Release/better_sqlite3.node');
  if (file !== undefined) {
    try {
      const addon = load<Addon>(file);
      addon.setErrorConstructor(SqliteError);
      addon.isInitialized = true;
      const database = new addon.Database(path, path, false, true, true, BUSY_TIMEOUT_MS, null, null);
      return database.prepare(SQL, database, false);
    } catch (error) {
      if (error instanceof SqliteError) throw error;
    }
  }
  const Driver = load<typeof Database>('better-sqlite3');
  return new Driver(path, { readonly: true, timeout: BUSY_TIMEOUT_MS }).prepare(SQL);
}

/** The driver makes its errors with a class that it is given: message, then code. */
class SqliteError extends Error {
  readonly code: string;
  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}
