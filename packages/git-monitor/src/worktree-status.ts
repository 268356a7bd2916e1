import { lstat, readFile, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { displayPath, onDisk, type Git, type PathBytes } from '@orc/git';
import type { Operation } from './facts.ts';

export interface WorktreeStatus {
  readonly dirty: readonly PathBytes[];
  readonly untracked: readonly PathBytes[];
  readonly operation: Operation | null;
  readonly isIndexLocked: boolean;
  /** The last change of the longest unsaved file; `null` when nothing is unsaved. */
  readonly oldestChangeAt: number | null;
  /** Differs whenever an unsaved file may have changed. */
  readonly stamp: string;
  readonly gitDir: string;
}

// The number of fields before the path, by the letter that an entry begins with. Renames are switched off.
const FIELDS: Readonly<Record<string, number>> = { '1': 8, u: 10, '?': 1 };

// Enough to tell how long something lies about; a person who unpacks an archive changes thousands of files.
const STATS_MAX = 500;

/** `undefined` when there is no worktree. Writes nothing and takes no lock. */
export async function readWorktree(git: Git, path: string): Promise<WorktreeStatus | undefined> {
  const gitDir = await findGitDir(path);
  if (gitDir === undefined) return undefined;
  const listed = await git.attempt(
    path,
    [
      'status',
      '--porcelain=v2',
      '-z',
      '--untracked-files=normal',
      '--no-renames',
      '--ignore-submodules=none',
    ],
    { encoding: 'latin1' },
  );
  if (listed.exitCode !== 0) return undefined;
  const { dirty, untracked } = parseStatus(listed.stdout);
  const [times, operation, isIndexLocked] = await Promise.all([
    readTimes(path, [...dirty, ...untracked]),
    findOperation(gitDir),
    exists(join(gitDir, 'index.lock')),
  ]);
  return {
    dirty,
    untracked,
    operation,
    isIndexLocked,
    oldestChangeAt: times.oldest,
    stamp: `${listed.stdout}\0\0${times.stamp}`,
    gitDir,
  };
}

/** Entries of `git status --porcelain=v2 -z --no-renames`. */
export function parseStatus(output: string): { dirty: PathBytes[]; untracked: PathBytes[] } {
  const dirty: PathBytes[] = [];
  const untracked: PathBytes[] = [];
  for (const entry of output.split('\0')) {
    const count = FIELDS[entry.slice(0, 1)];
    if (count === undefined) continue;
    const path = entry.split(' ').slice(count).join(' ') as PathBytes;
    (entry.startsWith('?') ? untracked : dirty).push(path);
  }
  return { dirty, untracked };
}

/** When git last wrote a worktree's index; differs after each `add`, `commit`, `checkout` and `merge`. */
export async function readIndexStamp(path: string): Promise<string> {
  const gitDir = await findGitDir(path);
  const found = gitDir === undefined ? undefined : await stat(join(gitDir, 'index')).catch(() => undefined);
  return found ? `${found.mtimeMs}:${found.size}:${found.ino}` : '';
}

/** In a linked worktree `.git` is a file that says where. */
async function findGitDir(path: string): Promise<string | undefined> {
  const link = join(path, '.git');
  const found = await lstat(link).catch(() => undefined);
  if (found?.isDirectory()) return link;
  if (!found) return undefined;
  const text = await readFile(link, 'utf8').catch(() => '');
  const target = /^gitdir: (.*)\n?$/.exec(text)?.[1];
  if (target === undefined) return undefined;
  return isAbsolute(target) ? target : join(path, target);
}

const TRACES: readonly (readonly [string, Operation])[] = [
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['BISECT_LOG', 'bisect'],
];

async function findOperation(gitDir: string): Promise<Operation | null> {
  for (const [name, operation] of TRACES) if (await exists(join(gitDir, name))) return operation;
  return null;
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

async function readTimes(
  root: string,
  paths: readonly PathBytes[],
): Promise<{ oldest: number | null; stamp: string }> {
  const found = await Promise.all(
    paths.slice(0, STATS_MAX).map((path) => lstat(onDisk(root, path)).catch(() => undefined)),
  );
  const times = found.filter((each) => each !== undefined).map(({ mtimeMs }) => Math.floor(mtimeMs));
  return {
    oldest: times.length > 0 ? Math.min(...times) : null,
    stamp: found.map((each) => (each ? `${each.mtimeMs}:${each.size}` : '-')).join(','),
  };
}

export function displayAll(paths: readonly PathBytes[]): string[] {
  return paths.map(displayPath);
}
