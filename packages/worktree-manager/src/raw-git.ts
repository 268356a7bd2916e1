import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOrcError } from '@orc/errors';
import { displayPath, joinPaths, lineOf, type Git, type GitOptions, type PathBytes } from '@orc/git';
import type { Skipped } from './types.ts';

/**
 * Git on a worktree's files through a private git directory and a private index, sharing only the
 * repository's objects. It stores and writes the bytes that are on the disk: no line ending, encoding or
 * filter (LFS) changes them, so a filter that is missing or loses something cannot lose work.
 */
export interface RawGit {
  run(args: readonly string[], options?: Pick<GitOptions, 'input'>): Promise<string>;
  /** Takes over the state of these paths on the disk, a missing one as deleted. Returns what it could not. */
  add(paths: readonly PathBytes[]): Promise<Skipped[]>;
  /** A file beside the private index, gone at the end. */
  scratch(name: string): string;
}

const NO_CONVERSION = '* -text -ident !filter !eol !working-tree-encoding\n';
// Names that are harmless here and that git would refuse for the sake of other file systems.
const ANY_NAME = ['-c', 'core.protectNTFS=false', '-c', 'core.protectHFS=false'];

export async function withRawGit<Result>(
  git: Git,
  { root, commonDir }: { readonly root: string; readonly commonDir: string },
  action: (raw: RawGit) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'orc-rescue-'));
  try {
    const gitDir = join(directory, 'git');
    const format = lineOf(await git.run(commonDir, ['rev-parse', '--show-object-format']));
    await git.run('/', ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, gitDir]);
    await mkdir(join(gitDir, 'info'), { recursive: true });
    await writeFile(join(gitDir, 'info', 'attributes'), NO_CONVERSION);
    const env = {
      GIT_DIR: gitDir,
      GIT_WORK_TREE: root,
      GIT_OBJECT_DIRECTORY: join(commonDir, 'objects'),
      GIT_INDEX_FILE: join(directory, 'index'),
    };
    const run: RawGit['run'] = (args, options) => git.run(root, [...ANY_NAME, ...args], { ...options, env });
    return await action({
      run,
      add: (paths) => addAll(run, paths),
      scratch: (name) => join(directory, name),
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** One git for all; when a file stops it, halves are tried until the ones to skip are found. */
async function addAll(run: RawGit['run'], paths: readonly PathBytes[]): Promise<Skipped[]> {
  if (paths.length === 0) return [];
  try {
    await run(['update-index', '--add', '--remove', '--replace', '-z', '--stdin'], {
      input: joinPaths(paths),
    });
    return [];
  } catch (error) {
    const why = reasonOfFile(error);
    if (why === undefined) throw error;
    const [first] = paths;
    if (paths.length === 1 && first !== undefined) return [{ path: displayPath(first), why }];
    const middle = Math.ceil(paths.length / 2);
    const skipped = await addAll(run, paths.slice(0, middle));
    return [...skipped, ...(await addAll(run, paths.slice(middle)))];
  }
}

/** What git says about a file it cannot take; `undefined` when the failure is not about one file. */
function reasonOfFile(error: unknown): string | undefined {
  if (!isOrcError(error, 'ORC_WORKTREE_GIT_FAILED')) return undefined;
  const { stderr } = error.details as { stderr: string };
  if (/no space left|quota exceeded|read-only file system/i.test(stderr)) return undefined;
  return stderr.trim().replaceAll(/\s*\n\s*/g, '; ');
}
