import { displayPath, type Git, type PathBytes } from '@orc/git';
import type { Commit } from './facts.ts';

const COMMITS_MAX = 200;

/** Counts and commits of one HEAD against the parent and the remotes; changes only when one of them moves. */
export interface Line {
  /** First-parent commits that are no merges and that the parent does not have, newest first. */
  readonly commits: readonly Commit[];
  readonly unpushed: ReadonlySet<string> | null;
  readonly ahead: number | null;
  readonly behind: number | null;
  readonly startedFromParent: boolean | null;
}

export interface LineInput {
  readonly path: string;
  /** `null` on a detached HEAD. */
  readonly branch: string | null;
  readonly head: string;
  /** The recorded parent's commits, here and on its remote; empty when there are none. */
  readonly parents: readonly string[];
  readonly hasRemote: boolean;
}

export async function readLine(
  git: Git,
  { path, branch, head, parents, hasRemote }: LineInput,
): Promise<Line> {
  const not = parents.map((commit) => `^${commit}`);
  const count = async (...args: string[]) =>
    Number(await git.run(path, ['rev-list', '--count', ...args, '--']));
  const [commits, unpushed, ahead, behind, startedFromParent] = await Promise.all([
    readCommits(git, path, ['--first-parent', '--no-merges', head, ...not]),
    hasRemote ? readUnpushed(git, path, head, not) : null,
    parents.length === 0 ? null : count(head, ...not),
    parents.length === 0 ? null : count(...parents, `^${head}`),
    branch === null || parents.length === 0 ? null : hasStartedFrom(git, path, branch, parents),
  ]);
  return { commits, unpushed, ahead, behind, startedFromParent };
}

/**
 * Whether a branch was made on a commit that one of the parents has, or on work that was done in this worktree
 * and so grew from there itself; `null` when no log tells which.
 */
async function hasStartedFrom(
  git: Git,
  path: string,
  branch: string,
  parents: readonly string[],
): Promise<boolean | null> {
  const log = await git.attempt(path, [
    'log',
    '--walk-reflogs',
    '--no-show-signature',
    '--no-color',
    '--format=%H%x00%gs',
    `refs/heads/${branch}`,
    '--',
  ]);
  // The log runs backwards; an old one may have lost its beginning, and then says nothing.
  const [start = '', how = ''] = log.stdout.trimEnd().split('\n').at(-1)?.split('\0') ?? [];
  if (log.exitCode !== 0 || !how.startsWith('branch: Created from')) return null;
  for (const parent of parents) {
    const { exitCode } = await git.attempt(path, ['merge-base', '--is-ancestor', start, parent]);
    if (exitCode === 0) return true;
    if (exitCode !== 1) return null;
  }
  return (await readHeadLog(git, path, GROWN)).has(start);
}

async function readCommits(git: Git, path: string, revisions: readonly string[]): Promise<Commit[]> {
  const output = await git.run(
    path,
    [
      'rev-list',
      '--no-commit-header',
      `--max-count=${COMMITS_MAX}`,
      '--format=%H%x00%ct%x00%s',
      ...revisions,
      '--',
    ],
    { encoding: 'latin1' },
  );
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [sha = '', seconds = '0', subject = ''] = line.split('\0');
      return { sha, subject: displayPath(subject as PathBytes), at: Number(seconds) * 1000 };
    });
}

async function readUnpushed(
  git: Git,
  path: string,
  head: string,
  not: readonly string[],
): Promise<Set<string>> {
  const output = await git.run(path, [
    'rev-list',
    '--first-parent',
    `--max-count=${COMMITS_MAX}`,
    head,
    ...not,
    '--not',
    '--remotes',
    '--',
  ]);
  return new Set(output.split('\n').filter((sha) => sha !== ''));
}

// What git notes when a worktree's HEAD moves because somebody made a commit there.
const MADE = /^(commit|cherry-pick|revert|rebase|am|pull --rebase)\b/;
// The same, and commits of others that were taken in; not where HEAD was only put.
const GROWN = /^(commit|cherry-pick|revert|rebase|am|pull|merge)\b/;

/** Commits that were made in this worktree, as the log of its HEAD says; empty when it keeps none. */
export function readMade(git: Git, path: string): Promise<Set<string>> {
  return readHeadLog(git, path, MADE);
}

/** Commits at which the HEAD of a worktree has been after something of this kind. */
async function readHeadLog(git: Git, path: string, what: RegExp): Promise<Set<string>> {
  const { exitCode, stdout } = await git.attempt(
    path,
    ['log', '--walk-reflogs', '--no-show-signature', '--no-color', '-z', '--format=%H%x00%gs', 'HEAD', '--'],
    { encoding: 'latin1' },
  );
  const found = new Set<string>();
  if (exitCode !== 0) return found;
  const fields = stdout.split('\0');
  for (let index = 0; index + 1 < fields.length; index += 2)
    if (what.test(fields[index + 1] ?? '')) found.add(fields[index] ?? '');
  return found;
}

/**
 * Commits that stand in several agents' lines (one took over the other's branch by fast-forward) belong to
 * those who made them; to everybody who has them when no log tells.
 */
export function divideShared(
  lines: ReadonlyMap<string, readonly Commit[]>,
  made: ReadonlyMap<string, ReadonlySet<string>>,
): Map<string, readonly Commit[]> {
  const owners = findShared(lines);
  const divided = new Map<string, readonly Commit[]>();
  for (const [owner, commits] of lines)
    divided.set(
      owner,
      commits.filter(({ sha }) => {
        const others = owners.get(sha);
        if (others === undefined) return true;
        const makers = others.filter((each) => made.get(each)?.has(sha) === true);
        return makers.length === 0 || makers.includes(owner);
      }),
    );
  return divided;
}

/** The owners of each commit that has more than one. */
export function findShared(lines: ReadonlyMap<string, readonly Commit[]>): Map<string, string[]> {
  const owners = new Map<string, string[]>();
  for (const [owner, commits] of lines)
    for (const { sha } of commits) owners.set(sha, [...(owners.get(sha) ?? []), owner]);
  for (const [sha, all] of owners) if (all.length < 2) owners.delete(sha);
  return owners;
}
