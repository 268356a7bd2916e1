import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '@orc/errors';
import { lineOf } from '@orc/git';

/** The directory in which git keeps HEAD and index of a linked worktree, also when that is gone. */
export async function findAdminDirectory(commonDir: string, path: string): Promise<string | undefined> {
  const names = await readdir(join(commonDir, 'worktrees')).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  });
  for (const name of names) {
    const directory = join(commonDir, 'worktrees', name);
    const target = await readFile(join(directory, 'gitdir'), 'utf8').catch(() => '');
    if (lineOf(target) === join(path, '.git')) return directory;
  }
  return undefined;
}
