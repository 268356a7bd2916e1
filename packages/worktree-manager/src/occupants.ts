import { readdir, readFile, readlink } from 'node:fs/promises';
import { isErrno } from '@orc/errors';

/** A process whose working directory is a directory or below it. */
export interface Occupant {
  readonly pid: number;
  /** The program's short name. */
  readonly name: string;
}

/** Who works in a directory, this process included; nobody where there is no `/proc`. */
export async function findOccupants(directory: string): Promise<Occupant[]> {
  const entries = await readdir('/proc').catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  });
  const pids = entries.filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      // A process that has just ended, and one of another user, cannot be asked.
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
      if (cwd !== directory && cwd?.startsWith(`${directory}/`) !== true) return undefined;
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'process');
      return { pid: Number(pid), name: name.trim() };
    }),
  );
  return found.filter((each) => each !== undefined);
}
