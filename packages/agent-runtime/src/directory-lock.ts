import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { isErrno } from '@orc/errors';

export interface DirectoryLockOptions {
  /** Gives up after this many milliseconds. */
  readonly waitMs: number;
  /** A lock that is older belongs to a process that died with it. */
  readonly staleMs: number;
}

/**
 * Takes a lock that is a directory, the way the client locks its own configuration, so that both keep out
 * of each other's way. Returns `undefined` when somebody else held it all the time.
 */
export async function lockDirectory(
  path: string,
  options: DirectoryLockOptions,
): Promise<Disposable | undefined> {
  const deadline = performance.now() + options.waitMs;
  for (;;) {
    try {
      mkdirSync(path);
      return { [Symbol.dispose]: () => removeLock(path) };
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    }
    if (isStale(path, options.staleMs)) removeLock(path);
    else if (performance.now() > deadline) return undefined;
    else await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isStale(path: string, staleMs: number): boolean {
  try {
    return Date.now() - statSync(path).mtimeMs > staleMs;
  } catch {
    return false; // given back in the meantime: the next try takes it
  }
}

function removeLock(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
}
