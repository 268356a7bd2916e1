import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '@orc/errors';
import { lineOf, type Git } from './git.ts';

/** What git knows of one worktree. */
export interface Registration {
  readonly path: string;
  readonly head: string | null;
  readonly branch: string | null;
  readonly isBare: boolean;
  readonly isLocked: boolean;
  readonly lockReason: string | null;
}

/** Every worktree of the repository, the main one first. */
export async function listRegistrations(git: Git, directory: string): Promise<Registration[]> {
  const output = await git.run(directory, ['worktree', 'list', '--porcelain', '-z']);
  return output
    .split('\0\0')
    .filter((record) => record !== '')
    .map((record) => parseRegistration(record.split('\0')));
}

function parseRegistration(lines: readonly string[]): Registration {
  const find = (label: string) => {
    const line = lines.find((each) => each === label || each.startsWith(`${label} `));
    return line?.slice(label.length + 1);
  };
  const head = find('HEAD');
  const lockReason = find('locked');
  return {
    path: find('worktree') ?? '',
    head: head === undefined || /^0+$/.test(head) ? null : head,
    branch: find('branch')?.replace(/^refs\/heads\//, '') ?? null,
    isBare: find('bare') !== undefined,
    isLocked: lockReason !== undefined,
    lockReason: lockReason ?? null,
  };
}

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
