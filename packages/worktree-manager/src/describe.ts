import { displayPath, findCommit, lineOf, type Git } from '@orc/git';
import { inspectRepository } from './repository.ts';
import { readStatus } from './status.ts';
import type { WorktreeState } from './types.ts';

export async function describeWorktree(
  git: Git,
  path: string,
  parent: string | undefined,
): Promise<WorktreeState> {
  const { root, branch, head } = await inspectRepository(git, path);
  const [entries, distance, lastCommit] = await Promise.all([
    readStatus(git, root),
    measureDistance(git, root, head, parent),
    head === null ? null : readCommit(git, root, head),
  ]);
  const paths = (isUntracked: boolean) =>
    entries
      .filter(({ kind }) => (kind === 'untracked') === isUntracked)
      .map((entry) => displayPath(entry.path));
  return {
    path: root,
    branch,
    head,
    isDetached: branch === null,
    ...distance,
    dirtyFiles: paths(false),
    untrackedFiles: paths(true),
    lastCommit,
  };
}

type Distance = Pick<WorktreeState, 'ahead' | 'behind' | 'commitsSinceParent'>;

async function measureDistance(
  git: Git,
  root: string,
  head: string | null,
  parent: string | undefined,
): Promise<Distance> {
  const start = parent === undefined ? undefined : await findCommit(git, root, parent);
  if (start === undefined || head === null) return { ahead: null, behind: null, commitsSinceParent: null };
  const [sides, own] = await Promise.all([
    git.run(root, ['rev-list', '--count', '--left-right', `${start}...${head}`, '--']),
    git.run(root, ['rev-list', '--count', '--first-parent', '--no-merges', `${start}..${head}`, '--']),
  ]);
  const [behind, ahead] = lineOf(sides).split('\t').map(Number);
  return { ahead: ahead ?? null, behind: behind ?? null, commitsSinceParent: Number(own) };
}

async function readCommit(git: Git, root: string, commit: string): Promise<WorktreeState['lastCommit']> {
  const format = '--format=%H%x00%s%x00%ct%x00%an';
  const output = await git.run(root, [
    'log',
    '-1',
    '--no-show-signature',
    '--no-color',
    format,
    commit,
    '--',
  ]);
  const [hash = '', subject = '', seconds = '0', author = ''] = lineOf(output).split('\0');
  return { hash, subject, at: Number(seconds) * 1000, author };
}
