import { isOrcError, OrcError } from '@orc/errors';
import { losePatience, regainPatience } from './patience.ts';

export const errors = {
  busy: (path: string, cause: unknown) =>
    new OrcError(
      'ORC_SQLITE_BUSY',
      `The database ${path} stayed locked by another process. Nothing was written; try again.`,
      { path },
      { cause },
    ),
  full: (path: string, cause: unknown) =>
    new OrcError(
      'ORC_SQLITE_FULL',
      `The disk that holds ${path} is full. Nothing was written; free some space and try again.`,
      { path },
      { cause },
    ),
  readOnly: (path: string, cause: unknown) =>
    new OrcError(
      'ORC_SQLITE_READ_ONLY',
      `The database ${path} cannot be written. Check the permissions of the file and its directory.`,
      { path },
      { cause },
    ),
  corrupt: (path: string, cause: unknown) =>
    new OrcError(
      'ORC_SQLITE_CORRUPT',
      `The database ${path} is damaged. Keep the file, and run "orc doctor --fix" to restore the last backup.`,
      { path },
      { cause },
    ),
  cannotOpen: (path: string, cause: unknown) =>
    new OrcError(
      'ORC_SQLITE_CANNOT_OPEN',
      `The database ${path} cannot be opened. Check that its directory exists and is yours.`,
      { path },
      { cause },
    ),
  ioFailed: (path: string, cause: unknown) =>
    new OrcError(
      'ORC_SQLITE_IO_FAILED',
      `The disk that holds ${path} failed. Nothing was written; check the disk and try again.`,
      { path },
      { cause },
    ),
  lockHeld: (path: string) =>
    new OrcError('ORC_SQLITE_LOCK_HELD', `Another process holds ${path}. Only one may; stop it first.`, {
      path,
    }),
  schemaTooNew: (library: string, found: number, known: number) =>
    new OrcError(
      'ORC_SQLITE_SCHEMA_TOO_NEW',
      `The data of "${library}" was written by a newer orc (schema ${found}, this one knows ${known}). Update orc.`,
      { library, found, known },
    ),
} as const;

/** True for whatever this package throws: it is the database or its disk that failed, and not the question. */
export function isDatabaseError(error: unknown): boolean {
  return isOrcError(error) && error.code.startsWith('ORC_SQLITE_');
}

/** Turns an error of the SQLite driver into one of this package's; anything else comes back as it was. */
export function translateSqliteError(path: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return errors.busy(path, cause);
  if (code.startsWith('SQLITE_FULL')) return errors.full(path, cause);
  if (code.startsWith('SQLITE_READONLY')) return errors.readOnly(path, cause);
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return errors.corrupt(path, cause);
  if (code.startsWith('SQLITE_CANTOPEN')) return errors.cannotOpen(path, cause);
  if (code.startsWith('SQLITE_IOERR')) return errors.ioFailed(path, cause);
  return cause;
}

/**
 * Runs the action, and throws this package's errors instead of the driver's. When a call has waited for another
 * process in vain, no call of this process waits for that file again until its lock is gone.
 */
export function translating<Result>(path: string, action: () => Result): Result {
  regainPatience(path);
  try {
    return action();
  } catch (cause) {
    const error = translateSqliteError(path, cause);
    if (isOrcError(error, 'ORC_SQLITE_BUSY')) losePatience(path);
    throw error;
  }
}

/** The same API, in which every call is `translating`. */
export function translatingErrors<Api extends object>(path: string, api: Api): Api {
  const calls = Object.entries(api as Record<string, (...input: unknown[]) => unknown>);
  const wrapped = calls.map(
    ([name, call]) => [name, (...input: unknown[]) => translating(path, () => call(...input))] as const,
  );
  return Object.fromEntries(wrapped) as Api;
}
