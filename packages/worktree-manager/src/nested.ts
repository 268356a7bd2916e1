import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError } from '@orc/errors';
import { displayPath, lineOf, onDisk, unquotePath, type Git, type PathBytes } from '@orc/git';
import { inspectRepository } from './repository.ts';
import type { Skipped } from './types.ts';

interface Place {
  readonly root: string;
  readonly commonDir: string;
}

/** What a repository inside a worktree (a submodule, or one an agent made there) has of its own. */
export interface NestedWork {
  readonly path: PathBytes;
  /** Its files below the worktree's root; empty when everything it has is also on its remote. */
  readonly files: readonly PathBytes[];
  /** Commits that are on none of its remotes, readable in the outer repository from now on. */
  readonly tips: readonly string[];
  readonly skipped: readonly Skipped[];
}

/**
 * Git removes a nested repository together with the worktree around it and never asks, so what is in no
 * other place is kept: every file that is not ignored, and the commits. A nested repository that is clean
 * and on its remote is kept as its commit id only.
 */
export async function readNestedWork(git: Git, outer: Place, path: PathBytes): Promise<NestedWork> {
  const directory = join(outer.root, displayPath(path));
  if (!(await exists(join(directory, '.git')))) return { path, files: [], tips: [], skipped: [] };
  try {
    return await readRepository(git, outer, path, directory);
  } catch (error) {
    return { path, files: [], tips: [], skipped: [{ path: displayPath(path), why: describeError(error) }] };
  }
}

async function readRepository(
  git: Git,
  outer: Place,
  path: PathBytes,
  directory: string,
): Promise<NestedWork> {
  const { commonDir } = await inspectRepository(git, directory);
  const status = await git.run(directory, [
    'status',
    '--porcelain=v2',
    '--untracked-files=all',
    '--ignore-submodules=none',
  ]);
  const { files, repositories } = await listFiles(git, outer, path, directory);
  const inner: NestedWork[] = [];
  for (const each of repositories) inner.push(await readNestedWork(git, outer, each));
  const innerFiles = inner.flatMap((each) => each.files);
  const innerTips = inner.flatMap((each) => each.tips);
  const skipped = inner.flatMap((each) => each.skipped);
  const tips = await findOwnTips(git, directory);
  if (status === '' && tips.length === 0 && innerFiles.length === 0)
    return { path, files: [], tips: innerTips, skipped };
  const isReadable =
    commonDir === outer.commonDir || (await copyCommits(git, directory, outer.commonDir, tips));
  return {
    path,
    files: [...files, ...innerFiles],
    tips: [...(isReadable ? tips : []), ...innerTips],
    skipped,
  };
}

async function listFiles(
  git: Git,
  outer: Place,
  path: PathBytes,
  directory: string,
): Promise<{ files: PathBytes[]; repositories: PathBytes[] }> {
  const listed = await git.run(directory, ['ls-files', '--cached', '--others', '--exclude-standard']);
  const files: PathBytes[] = [];
  const repositories: PathBytes[] = [];
  for (const line of new Set(listed.split('\n').filter((each) => each !== ''))) {
    const name = `${path}/${unquotePath(line)}`.replace(/\/$/, '') as PathBytes;
    const found = await lstat(onDisk(outer.root, name)).catch(() => undefined);
    if (found?.isDirectory()) repositories.push(name);
    else if (found) files.push(name);
  }
  return { files, repositories };
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

async function findOwnTips(git: Git, directory: string): Promise<string[]> {
  const { exitCode, stdout } = await git.attempt(directory, [
    'rev-list',
    '--no-walk=unsorted',
    '--ignore-missing',
    'HEAD',
    '--branches',
    '--not',
    '--remotes',
  ]);
  return exitCode === 0 ? stdout.split('\n').filter((commit) => commit !== '') : [];
}

/**
 * Copies commits with all they need into the outer repository. A history that is cut off (a shallow or
 * partial clone) is not copied: git's own clean-up would stop at the missing parents from then on.
 */
async function copyCommits(
  git: Git,
  directory: string,
  commonDir: string,
  tips: readonly string[],
): Promise<boolean> {
  if (tips.length === 0) return true;
  const [format, outerFormat, isShallow, partial] = await Promise.all([
    git.run(directory, ['rev-parse', '--show-object-format']),
    git.run(commonDir, ['rev-parse', '--show-object-format']),
    git.run(directory, ['rev-parse', '--is-shallow-repository']),
    git.attempt(directory, ['config', '--get', 'extensions.partialClone']),
  ]);
  if (format !== outerFormat || lineOf(isShallow) === 'true' || partial.exitCode === 0) return false;
  const packed = await git.attempt(
    directory,
    ['pack-objects', '--quiet', '--revs', join(commonDir, 'objects', 'pack', 'pack')],
    { input: `${tips.join('\n')}\n` },
  );
  return packed.exitCode === 0;
}
