import { realpath, stat } from 'node:fs/promises';
import { lineOf, readHead, type Git } from '@orc/git';
import { errors } from './errors.ts';
import type { RepositoryInfo } from './types.ts';

export async function inspectRepository(git: Git, path: string): Promise<RepositoryInfo> {
  const directory = await stat(path).catch(() => undefined);
  if (!directory) throw errors.notARepository(path, 'it does not exist');
  if (!directory.isDirectory()) throw errors.notARepository(path, 'it is not a directory');
  const ask = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await git.attempt(path, ['rev-parse', ...args]);
    if (exitCode !== 0) throw errors.notARepository(path, gitWords(stderr));
    return lineOf(stdout);
  };
  const commonDir = await realpath(await ask('--path-format=absolute', '--git-common-dir'));
  const [gitDir, kind, remotes] = await Promise.all([
    ask('--path-format=absolute', '--git-dir').then((found) => realpath(found)),
    ask('--is-inside-work-tree', '--is-bare-repository'),
    git.run(path, ['remote']),
  ]);
  const [isInside, isBare] = kind.split('\n');
  const root = isInside === 'true' ? await ask('--show-toplevel') : commonDir;
  const { branch, head } = await readHead(git, root);
  return {
    root,
    commonDir,
    branch,
    head,
    hasCommits: head !== null,
    isBare: isBare === 'true',
    isWorktreeOfAnother: gitDir !== commonDir,
    remotes: remotes.split('\n').filter((name) => name !== ''),
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
