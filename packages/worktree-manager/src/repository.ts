import { realpath, stat } from 'node:fs/promises';
import { lineOf, readHead, type Git } from '@orc/git';
import { errors } from './errors.ts';
import type { RepositoryInfo } from './types.ts';

export async function inspectRepository(git: Git, path: string): Promise<RepositoryInfo> {
  const directory = await stat(path).catch(() => undefined);
  if (!directory) throw errors.notARepository(path, 'it does not exist');
  if (!directory.isDirectory()) throw errors.notARepository(path, 'it is not a directory');
  const [places, remotes] = await Promise.all([readPlaces(git, path), git.attempt(path, ['remote'])]);
  const { root, commonDir, gitDir, isBare } = places;
  const { branch, head } = await readHead(git, root);
  return {
    root,
    commonDir,
    gitDir,
    branch,
    head,
    hasCommits: head !== null,
    isBare,
    isWorktreeOfAnother: gitDir !== commonDir,
    remotes: remotes.stdout.split('\n').filter((name) => name !== ''),
  };
}

// `rev-parse` repeats a switch that it does not know; a path may hold line ends.
const BORDER = '--orc-border';

/** One git for all: starting it takes longer than what it does, and teams come and go by hundreds of them. */
async function readPlaces(git: Git, path: string) {
  const { stdout, stderr, exitCode } = await git.attempt(path, [
    ...['rev-parse', '--path-format=absolute', '--is-inside-work-tree', '--is-bare-repository', BORDER],
    ...['--git-common-dir', BORDER, '--git-dir', BORDER, '--show-toplevel'],
  ]);
  const [kind = '', common, own, top] = stdout.split(`${BORDER}\n`).map(lineOf);
  const [isInside, isBare] = kind.split('\n');
  // Where there is no work tree its root is refused, after everything else was said.
  const isWhole = exitCode === 0 ? top !== undefined : isInside === 'false';
  if (common === undefined || own === undefined || !isWhole)
    throw errors.notARepository(path, gitWords(stderr));
  const [commonDir, gitDir] = await Promise.all([realpath(common), realpath(own)]);
  return {
    commonDir,
    gitDir,
    root: isInside === 'true' && top !== undefined ? top : commonDir,
    isBare: isBare === 'true',
  };
}

/** True when a branch, tag or remote, or an earlier rescue, holds this commit. */
export async function isHeld(git: Git, directory: string, commit: string): Promise<boolean> {
  const holders = await git.run(directory, [
    'for-each-ref',
    '--count=1',
    `--contains=${commit}`,
    'refs/heads',
    'refs/remotes',
    'refs/tags',
    'refs/orc/rescue',
  ]);
  return holders !== '';
}

function gitWords(stderr: string): string {
  const words = stderr.trim().replace(/^fatal: /, '');
  return words === '' ? 'git does not say why' : words.replaceAll(/\s+/g, ' ').replace(/\.$/, '');
}
