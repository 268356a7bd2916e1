import type { Database } from '@orc/sqlite';

/** A commit in this mode is in the operating system's hands: it survives `kill -9`, and takes microseconds. */
export function withoutWaitingForTheDisk<Result>(database: Database, action: () => Result): Result {
  database.pragma('synchronous = NORMAL');
  try {
    return action();
  } finally {
    database.pragma('synchronous = FULL');
  }
}
