import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isErrno } from '@orc/errors';
import { lineOf, type Git } from '@orc/git';

/**
 * A place for objects that a rehearsal makes, beside the repository's own: nothing of a rehearsal is ever
 * in the repository. Gone with the monitor.
 */
export interface Scratch extends Disposable {
  /** Variables that send new objects here and still read those of the repository. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * The files of a worktree as a commit on its HEAD, untracked ones included, ignored ones not. The
   * worktree's own index is copied and never written. @throws ORC_GIT_FAILED
   */
  commitFiles(
    path: string,
    head: string,
    options: { readonly gitDir: string; readonly withUntracked: boolean },
  ): Promise<string>;
  /** A commit of any tree with these parents. */
  commitTree(directory: string, tree: string, parents: readonly string[]): Promise<string>;
}

// The same tree on the same commit is always the same commit, so that nothing is rehearsed twice.
const IDENTITY = {
  GIT_AUTHOR_NAME: 'orc',
  GIT_AUTHOR_EMAIL: 'orc@localhost',
  GIT_AUTHOR_DATE: '@0 +0000',
  GIT_COMMITTER_NAME: 'orc',
  GIT_COMMITTER_EMAIL: 'orc@localhost',
  GIT_COMMITTER_DATE: '@0 +0000',
};

export function createScratch(git: Git, commonDir: string): Scratch {
  const directory = mkdtempSync(join(tmpdir(), 'orc-radar-'));
  const objects = join(directory, 'objects');
  mkdirSync(objects);
  const env = {
    GIT_OBJECT_DIRECTORY: objects,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: quote(join(commonDir, 'objects')),
  };
  let count = 0;
  const commitTree: Scratch['commitTree'] = async (where, tree, parents) =>
    lineOf(
      await git.run(
        where,
        [
          'commit-tree',
          '--no-gpg-sign',
          ...parents.flatMap((parent) => ['-p', parent]),
          '-m',
          'Rehearsal',
          tree,
        ],
        { env: { ...env, ...IDENTITY } },
      ),
    );
  return {
    env,
    commitTree,
    async commitFiles(path, head, { gitDir, withUntracked }) {
      count += 1;
      const index = join(directory, `index-${count}`);
      const own = { ...env, GIT_INDEX_FILE: index };
      try {
        await copyIndex(git, path, gitDir, head, index, own);
        // A file that cannot be read stays as HEAD has it; all others are taken.
        await git.attempt(
          path,
          ['add', '--ignore-errors', withUntracked ? '--all' : '--update', '--', ':/'],
          { env: own },
        );
        const tree = lineOf(await git.run(path, ['write-tree', '--missing-ok'], { env: own }));
        return await commitTree(path, tree, [head]);
      } finally {
        await rm(index, { force: true });
      }
    },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** The copy knows which files are unchanged, so that only changed ones are read. */
async function copyIndex(
  git: Git,
  path: string,
  gitDir: string,
  head: string,
  index: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  try {
    await copyFile(join(gitDir, 'index'), index);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    await git.run(path, ['read-tree', head], { env });
  }
}

/** The list is separated by colons, so a directory with one in its name is written in quotes. */
function quote(directory: string): string {
  if (!/[:"\n]/.test(directory)) return directory;
  return `"${directory.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`;
}
