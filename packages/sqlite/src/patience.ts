import type SqliteDatabase from 'better-sqlite3';

interface SharedFile {
  /** Each open connection, and for how many milliseconds it waits for a lock. */
  readonly connections: Map<SqliteDatabase.Database, number>;
  /** Set once a connection has waited in vain. */
  isLocked: boolean;
}

/**
 * The connections of this process, by file. SQLite waits by blocking the thread, so ten calls that wait one after
 * another would silence a daemon for a minute: whoever waits in vain has waited for all of them.
 */
const files = new Map<string, SharedFile>();

/** Counts a connection in until it is closed. */
export function sharePatience(database: SqliteDatabase.Database, busyTimeoutMs: number): void {
  if (database.memory) return;
  const file = findFile(database.name) ?? { connections: new Map(), isLocked: false };
  files.set(database.name, file);
  file.connections.set(database, busyTimeoutMs);
  if (file.isLocked) setTimeouts(file, () => 0);
}

/** Nobody waits again until the lock is gone. */
export function losePatience(path: string): void {
  const file = findFile(path);
  if (!file || file.isLocked) return;
  file.isLocked = true;
  setTimeouts(file, () => 0);
}

/** Looks, without waiting, whether a lock that was waited for in vain is gone. */
export function regainPatience(path: string): void {
  if (!files.get(path)?.isLocked) return;
  const file = findFile(path);
  if (!file || !isFree(file)) return;
  file.isLocked = false;
  setTimeouts(file, (busyTimeoutMs) => busyTimeoutMs);
}

function isFree({ connections }: SharedFile): boolean {
  const prober = [...connections.keys()].find(({ inTransaction, readonly }) => !inTransaction && !readonly);
  if (!prober) return false;
  try {
    prober.exec('BEGIN IMMEDIATE; ROLLBACK');
    return true;
  } catch {
    return false;
  }
}

function setTimeouts({ connections }: SharedFile, timeoutOf: (busyTimeoutMs: number) => number): void {
  for (const [database, busyTimeoutMs] of connections)
    database.pragma(`busy_timeout = ${timeoutOf(busyTimeoutMs)}`);
}

/** The file with the connections that are open still; one without any is forgotten. */
function findFile(path: string): SharedFile | undefined {
  const file = files.get(path);
  for (const database of file?.connections.keys() ?? [])
    if (!database.open) file?.connections.delete(database);
  if (file?.connections.size !== 0) return file;
  files.delete(path);
  return undefined;
}
