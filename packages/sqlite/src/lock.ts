import { isOrcError } from '@orc/errors';
import { errors, translateSqliteError } from './errors.ts';
import { openFile } from './open.ts';

export interface HeldLock extends Disposable {
  readonly path: string;
}

/**
 * Several that start at once get in each other's way for a moment; without any patience all of them could be
 * refused. It also bounds how long a refused caller waits for its answer.
 */
const PATIENCE_MS = 100;

/**
 * Takes a lock that the operating system gives back when this process ends, however it ends. Node has no
 * `flock`; an exclusive SQLite transaction that is never committed holds the same kind of lock. A process
 * must not open the file in another way while it holds the lock: closing that would give the lock back.
 *
 * @throws ORC_SQLITE_LOCK_HELD within 0.2 s when another one has it, ORC_SQLITE_CANNOT_OPEN
 */
export function holdLock(path: string): HeldLock {
  // The file stays in rollback mode: in WAL mode an exclusive transaction lets readers pass.
  const database = openFile(path, PATIENCE_MS, false);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    const failure = translateSqliteError(path, error);
    throw isOrcError(failure, 'ORC_SQLITE_BUSY') ? errors.lockHeld(path) : failure;
  }
  return { path, [Symbol.dispose]: () => database.close() };
}
