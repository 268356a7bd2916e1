import { isOrcError } from '@orc/errors';
import { errors, translateSqliteError } from './errors.ts';
import { openDatabase } from './open.ts';

export interface HeldLock extends Disposable {
  readonly path: string;
}

/**
 * Takes a lock that the operating system gives back when this process ends, however it ends. Node has no
 * `flock`; an exclusive SQLite transaction that is never committed holds the same kind of lock.
 *
 * @throws ORC_SQLITE_LOCK_HELD at once when another process has it
 */
export function holdLock(path: string): HeldLock {
  try {
    const database = openDatabase({ path, busyTimeoutMs: 0 });
    try {
      // In WAL mode readers pass an exclusive transaction; in rollback mode nobody does.
      database.pragma('journal_mode = DELETE');
      database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      throw translateSqliteError(path, error);
    }
    return { path, [Symbol.dispose]: () => database.close() };
  } catch (error) {
    throw isOrcError(error, 'ORC_SQLITE_BUSY') ? errors.lockHeld(path) : error;
  }
}
