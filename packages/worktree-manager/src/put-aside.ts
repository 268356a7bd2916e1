import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '@orc/errors';
import { findCommit, lineOf, type Git } from '@orc/git';

const PLACES = ['rebase-merge/autostash', 'rebase-apply/autostash', 'MERGE_AUTOSTASH'];

/**
 * Commits of what `--autostash` has put aside until a rebase or merge ends. Only a file in the worktree's own
 * git directory names them, and it goes together with the worktree.
 */
export async function findPutAside(git: Git, gitDir: string): Promise<string[]> {
  const found: string[] = [];
  for (const place of PLACES) {
    const name = await readFile(join(gitDir, place), 'utf8').catch((error: unknown) => {
      if (isErrno(error, 'ENOENT')) return undefined;
      throw error;
    });
    const commit = name === undefined ? undefined : await findCommit(git, gitDir, lineOf(name));
    if (commit !== undefined) found.push(commit);
  }
  return found;
}
