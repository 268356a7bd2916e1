import type { Git } from './git.ts';

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
